package org.agentos.federation.eventlog;

import java.util.Optional;

/** How a run ended. A terminal event in the log seals the run; nothing is stored after it. */
public enum RunEnd {
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELED("canceled");

    private final String wireName;

    RunEnd(String wireName) {
        this.wireName = wireName;
    }

    /** The state's name in run answers; {@code agentos.end} reasons put {@code run_} before it. */
    public String wireName() {
        return wireName;
    }

    /** The end that an event of this type means, if it is a terminal one. */
    public static Optional<RunEnd> ofEventType(String type) {
        return switch (type) {
            case "agentos.run.completed" -> Optional.of(COMPLETED);
            case "agentos.run.failed" -> Optional.of(FAILED);
            case "agentos.run.canceled" -> Optional.of(CANCELED);
            default -> Optional.empty();
        };
    }

    /** The end that a peer's run status means, if the run is over. */
    public static Optional<RunEnd> ofStatus(String status) {
        return ofEventType("agentos.run." + status);
    }
}
