package org.agentos.federation.forward;

import java.util.Optional;
import java.util.function.BiFunction;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Message;

/**
 * The headers that tell a peer for whom it is called. What a caller sent goes to a peer only where a line below says so,
 * and its Authorization only where the peer takes callers' tokens.
 */
public final class PeerHeaders {
    private final BiFunction<Peer, Caller, String> ownAuthorization;

    /** @param ownAuthorization the Authorization header of this gateway, for a peer that takes its own token and for the caller */
    public PeerHeaders(BiFunction<Peer, Caller, String> ownAuthorization) {
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
            case OWN -> Optional.of(ownAuthorization.apply(peer, caller));
            case NONE -> Optional.empty();
        };
    }
}
