package org.agentos.federation.stream;

import java.util.Locale;
import org.agentos.federation.eventlog.RunEnd;

/** Why a stream ended, as {@code agentos.end} tells it. */
public enum EndReason {
    RUN_COMPLETED(true),
    RUN_FAILED(true),
    RUN_CANCELED(true),
    UPSTREAM_ENDED(true),
    MAX_LIFETIME(false),
    SLOW_CONSUMER(false),
    DRAINING(false),
    TOKEN_EXPIRED(false),
    /** Also of a run that was deleted: what follows the reader's place will never come. */
    LOG_REPLACED(false);

    private final boolean afterStoredEvents;

    EndReason(boolean afterStoredEvents) {
        this.afterStoredEvents = afterStoredEvents;
    }

    /** Whether the reader first gets what is stored: the run is over, not the stream cut. */
    boolean afterStoredEvents() {
        return afterStoredEvents;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reason that a run's end gives its streams. */
    public static EndReason of(RunEnd end) {
        return switch (end) {
            case COMPLETED -> RUN_COMPLETED;
            case FAILED -> RUN_FAILED;
            case CANCELED -> RUN_CANCELED;
        };
    }
}
