package org.agentos.federation.forward;

import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Message;

/**
 * The headers that tell a peer for whom it is called. What a caller sent goes to a peer only where a line below says so,
 * and its Authorization only where the peer takes callers' tokens.
 */
public final class PeerHeaders {
    private final Function<Peer, Optional<String>> ownAuthorization;

    /** @param ownAuthorization the Authorization header of this gateway for peers that take its own token */
    public PeerHeaders(Function<Peer, Optional<String>> ownAuthorization) {
        this.ownAuthorization = ownAuthorization;
    }

    /** Sets them on a message that goes to the peer's configured origin. */
    public void set(Message message, Peer peer, Caller caller, String traceparent) {
        message.setHeader("Accept", "application/json");
        message.setHeader("X-Tenant-Id", caller.tenantId().orElseThrow());
        caller.principalId().ifPresent(id -> message.setHeader("X-Principal-Id", id));
        message.setHeader("X-Request-Id", caller.requestId());
        message.setHeader("X-Correlation-Id", caller.correlationId());
        message.setHeader("traceparent", traceparent);
        authorization(peer, caller).ifPresent(value -> message.setHeader("Authorization", value));
    }

    private Optional<String> authorization(Peer peer, Caller caller) {
        return switch (peer.token()) {
            case CALLER -> caller.authorization();
            case OWN -> ownAuthorization.apply(peer);
            case NONE -> Optional.empty();
        };
    }
}
