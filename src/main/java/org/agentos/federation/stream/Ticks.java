package org.agentos.federation.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.agentos.federation.settings.StreamSettings;

/**
 * The times that streams live by, as numbers of ticks of the one timer that they all share.
 *
 * @param length of a tick
 * @param silence until a sign of life
 * @param patience with a client that takes nothing, or nothing of a stream it has asked for
 * @param stuck for which a client has taken nothing before it counts as stuck, when room is short
 * @param grace in which a client that was too slow can still take the end
 * @param lifetime of a stream at most; 0 = as long as it lasts
 */
record Ticks(Duration length, int silence, int patience, int stuck, int grace, long lifetime) {
    /** What is left of a connection's time once its stream has ended because its client is too slow. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** Longer than a busy machine takes to hand a piece to the socket of a client that reads. */
    private static final Duration STUCK = Duration.ofSeconds(2);

    /** The share of a lifetime that chance takes off, so that streams opened together do not come back together. */
    private static final double JITTER = 0.1;

    /** The shortest time there is has so many ticks. */
    private static final int FINENESS = 15;

    private static final Duration LONGEST = Duration.ofSeconds(1);

    static Ticks of(StreamSettings settings) {
        Duration shortest = shorter(settings.heartbeat(), settings.writeTimeout());
        Duration length = shorter(LONGEST, shortest.dividedBy(FINENESS));
        return new Ticks(
                length,
                (int) settings.heartbeat().dividedBy(length),
                (int) settings.writeTimeout().dividedBy(length),
                (int) STUCK.dividedBy(length),
                (int) GRACE.dividedBy(length),
                settings.maxLifetime().dividedBy(length));
    }

    /** The lifetime of one stream; {@link Long#MAX_VALUE} without a limit. */
    long drawLifetime(RandomGenerator random) {
        return lifetime == 0 ? Long.MAX_VALUE : Math.max(1, (long) (lifetime * (1 - JITTER * random.nextDouble())));
    }

    /** What a client takes within {@link #patience} at the lowest rate that counts as keeping up. */
    long leastBytes(int bytesPerSecond) {
        return length.multipliedBy(patience).toMillis() * bytesPerSecond / 1000;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
