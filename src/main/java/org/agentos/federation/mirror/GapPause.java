package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;

/**
 * How long nothing is done about gaps of a run, since the last try was in vain: 5 s, and twice as long after each further
 * one, at most 5 minutes.
 */
record GapPause(Instant until, Duration length) {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** @param last the pause before this one; null for none */
    static GapPause after(GapPause last, Instant now) {
        Duration doubled = last == null ? FIRST : last.length.multipliedBy(2);
        Duration length = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return new GapPause(now.plus(length), length);
    }

    boolean holds(Instant now) {
        return now.isBefore(until);
    }
}
