package org.agentos.federation.limits;

import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;

/** One limit as it stands before one request. */
interface Applied {
    LimitKind kind();

    /** Refuses an amount that could never pass, however long anybody waits. */
    default void refuseOversized(long amount) {}

    /** Takes what the request uses; else the refusal. */
    Optional<FederationException> take(long amount);

    /** The request was refused for another limit: it has used nothing. */
    void undo(long amount);

    /** The request is over; {@code used} of what was taken was used. */
    default void settle(long taken, long used) {}

    /** The item of {@code RateLimit-Policy}; empty for what is counted only. */
    Optional<String> policy();

    /** The item of {@code RateLimit}. */
    Optional<String> state();
}
