package org.agentos.federation.audit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * A record on its way into the trail.
 *
 * @param opened the line without its link to the one before
 * @param kept completes once the line is written
 */
record WaitingRecord(String opened, CompletableFuture<Void> kept) {
    WaitingRecord(String opened) {
        this(opened, new CompletableFuture<>());
    }

    void refuse() {
        kept.completeExceptionally(unavailable());
    }

    static FederationException unavailable() {
        return new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "the audit record cannot be kept at the moment")
                .retryAfter(Duration.ofSeconds(1));
    }
}
