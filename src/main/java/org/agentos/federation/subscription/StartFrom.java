package org.agentos.federation.subscription;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Where a subscription begins that was never here before; one that was goes on where it is. */
public sealed interface StartFrom {
    /** The first event that is kept. */
    record Earliest() implements StartFrom {}

    /** The first event stored after the subscription was first opened. */
    record Now() implements StartFrom {}

    /** A run's first event after a sequence, as {@code from_sequence} of the HTTP API says it. */
    record AfterSequence(long sequence) implements StartFrom {}

    /** The first event stored at or after a time. */
    record Since(Instant time) implements StartFrom {}

    Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");

    /**
     * Reads {@code earliest}, {@code now}, a sequence, or a time as of ISO 8601 with an offset.
     *
     * @throws IllegalArgumentException for anything else
     */
    static StartFrom parse(String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        if (text.equals("now")) {
            return new Now();
        }
        if (SEQUENCE.matcher(text).matches()) {
            return new AfterSequence(Long.parseLong(text));
        }
        try {
            return new Since(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException neither) {
            throw new IllegalArgumentException("from is '" + text
                    + "', which is neither earliest, now, a sequence nor a time like 2026-11-22T08:00:00Z");
        }
    }
}
