package org.agentos.federation.forward;

import java.io.IOException;
import java.time.Duration;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** A call was cut because a reload took the right to it away; whether the peer had acted on it is open. */
public final class RevokedException extends IOException {
    /** What a refusal gives as its reason. */
    static final String PEER_REVOKED = "peer_revoked";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    RevokedException(Throwable cause) {
        super("the peer was removed from the registry, or may no longer be called", cause);
    }

    /** What the caller is told, cut or kept from calling; asked again it hears what is true by then. */
    public static FederationException refusal() {
        return new FederationException(
                        ErrorCode.DEPENDENCY_UNAVAILABLE,
                        "The peer was removed from the registry, or may no longer be called.")
                .detail("reason", PEER_REVOKED)
                .retryAfter(RETRY_AFTER);
    }
}
