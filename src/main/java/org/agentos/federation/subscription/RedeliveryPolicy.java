package org.agentos.federation.subscription;

import java.time.Duration;

/**
 * How often, and after which delays, an event is delivered again whose delivery failed. The names are those of Camel's own
 * redelivery policies.
 *
 * @param maximumRedeliveries after the first delivery, 0..{@value #MOST}; {@value #FOR_EVER} = without end
 * @param redeliveryDelay before the first of them, 1 ms to {@link #LONGEST}
 * @param backOffMultiplier what each further delay is multiplied by, 1..{@value #STEEPEST}
 * @param maximumRedeliveryDelay which no delay exceeds, at least the first and at most {@link #LONGEST}
 */
public record RedeliveryPolicy(
        int maximumRedeliveries, Duration redeliveryDelay, double backOffMultiplier, Duration maximumRedeliveryDelay) {
    public static final int FOR_EVER = -1;

    static final int MOST = 1_000_000;
    static final double STEEPEST = 100;

    /** A run waits that long for nothing after its sink is back. */
    static final Duration LONGEST = Duration.ofDays(1);

    /** A quarter of an hour: a sink that restarts, moves or is mended. */
    public static final RedeliveryPolicy DEFAULT =
            new RedeliveryPolicy(20, Duration.ofSeconds(1), 2, Duration.ofMinutes(1));

    /** @throws IllegalArgumentException naming the part that does not fit */
    public RedeliveryPolicy {
        if (maximumRedeliveries < FOR_EVER || maximumRedeliveries > MOST) {
            throw new IllegalArgumentException(
                    "maximumRedeliveries is " + maximumRedeliveries + ", it must be from -1 (without end) to " + MOST);
        }
        if (redeliveryDelay.compareTo(Duration.ofMillis(1)) < 0 || redeliveryDelay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "redeliveryDelay is " + redeliveryDelay.toMillis() + "ms, it must be from 1ms to 24h");
        }
        if (!(backOffMultiplier >= 1 && backOffMultiplier <= STEEPEST)) {
            throw new IllegalArgumentException(
                    "backOffMultiplier is " + backOffMultiplier + ", it must be from 1 to " + STEEPEST);
        }
        if (maximumRedeliveryDelay.compareTo(redeliveryDelay) < 0 || maximumRedeliveryDelay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("maximumRedeliveryDelay is " + maximumRedeliveryDelay.toMillis()
                    + "ms, it must be from redeliveryDelay (" + redeliveryDelay.toMillis() + "ms) to 24h");
        }
    }

    /** Whether an event that has failed so often is given up. */
    boolean exhausted(int failures) {
        return maximumRedeliveries != FOR_EVER && failures > maximumRedeliveries;
    }

    boolean redelivers() {
        return maximumRedeliveries != 0;
    }

    /** The delay after so many failures in a row, 1 or more; nanoseconds. */
    long delayNanos(int failures) {
        double delay = (double) redeliveryDelay.toNanos() * Math.pow(backOffMultiplier, Math.max(0, failures - 1));
        return (long) Math.min(delay, (double) maximumRedeliveryDelay.toNanos());
    }
}
