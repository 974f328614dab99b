package org.agentos.federation.eventlog.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** Whether the log takes appends. Safe for any thread. */
final class LogHealth {
    private static final int LOOK_EVERY_MILLIS = 1000;

    private final InstantSource clock;
    private final long reserveBytes;
    private final LongSupplier usableBytes;
    private volatile String halted;
    private volatile boolean diskShort;
    private volatile long lookedAtMillis = Long.MIN_VALUE / 2;

    /**
     * @param reserveBytes kept free for the engine's own flushes and compactions, and for deleting: a disk that is quite
     *     full stops those first
     */
    LogHealth(InstantSource clock, long reserveBytes, LongSupplier usableBytes) {
        this.clock = clock;
        this.reserveBytes = reserveBytes;
        this.usableBytes = usableBytes;
    }

    /** Stops all appends until the log is opened anew. */
    void halt(String reason) {
        halted = reason;
    }

    boolean isHalted() {
        return halted != null;
    }

    Optional<String> problem() {
        if (halted != null) {
            return Optional.of(halted);
        }
        lookAtDisk();
        return diskShort
                ? Optional.of("less than " + reserveBytes / (1 << 20)
                        + " MB of disk are free for the event log (federation.log.disk-reserve-bytes)")
                : Optional.empty();
    }

    /** Has the disk looked at when it is asked about next. */
    void lookAnew() {
        lookedAtMillis = Long.MIN_VALUE / 2;
    }

    private void lookAtDisk() {
        long now = clock.millis();
        if (Math.abs(now - lookedAtMillis) >= LOOK_EVERY_MILLIS) {
            lookedAtMillis = now;
            diskShort = usableBytes.getAsLong() < reserveBytes;
        }
    }

    static FederationException storageUnavailable(String message) {
        return new FederationException(ErrorCode.STORAGE_UNAVAILABLE, message).retryAfter(Duration.ofSeconds(1));
    }
}
