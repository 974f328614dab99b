package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Optional;

/** A rate that stands before a tenant's requests. Thread-safe. */
interface TokenLimit {
    /** Takes tokens for a tenant; empty when it may have them, else how long it should wait. */
    Optional<Duration> take(String tenantId, long tokens);

    /** Takes it back that tokens were taken. */
    void giveBack(String tenantId, long tokens);

    /** Tokens there now, 0 at least. */
    long remaining();
}
