package org.agentos.federation.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Forwarding runs to peers.
 *
 * @param indexFile the forward index; its journal stands beside it
 * @param maxAttempts calls in all, 1 = no retry
 * @param baseBackoff the first delay between attempts; each further one is {@code multiplier} times as long
 * @param jitter share of a delay by which it varies either way, 0..1
 * @param maxBackoff no delay is longer
 * @param retryStatuses the only answers tried again; absent = 5xx, and 429 that says when
 * @param deadline for all attempts of one forward together
 * @param attemptTimeout for the answer to one call
 * @param connectTimeout for reaching the peer once
 * @param inFlightPerPeer forwards at one peer at once, unless the peer has a limit of its own
 * @param inFlight forwards at all peers at once
 * @param placeWait how long a forward waits for its place before it is refused
 * @param waitingPerPeer forwards that wait for a place at one peer; one more is refused at once
 * @param keyRetention how long an idempotency key is remembered with its answer
 * @param compactAfterEntries journal lines after which a new snapshot is written
 */
public record ForwardSettings(
        Path indexFile,
        int maxAttempts,
        Duration baseBackoff,
        double multiplier,
        double jitter,
        Duration maxBackoff,
        Optional<Set<Integer>> retryStatuses,
        Duration deadline,
        Duration attemptTimeout,
        Duration connectTimeout,
        int inFlightPerPeer,
        int inFlight,
        Duration placeWait,
        int waitingPerPeer,
        Duration keyRetention,
        int compactAfterEntries) {

    /** These settings with the redelivery of others: attempts, delays, statuses and the deadline. */
    public ForwardSettings withRedeliveryOf(ForwardSettings other) {
        return new ForwardSettings(
                indexFile,
                other.maxAttempts,
                other.baseBackoff,
                other.multiplier,
                other.jitter,
                other.maxBackoff,
                other.retryStatuses,
                other.deadline,
                attemptTimeout,
                connectTimeout,
                inFlightPerPeer,
                inFlight,
                placeWait,
                waitingPerPeer,
                keyRetention,
                compactAfterEntries);
    }

    /** The delay that follows so many attempts, at least one; it varies by chance. */
    public Duration delayAfter(int attempts, RandomGenerator random) {
        double nominal = (double) baseBackoff.toMillis() * Math.pow(multiplier, Math.max(0, attempts - 1));
        double factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis((long) (Math.min(nominal, (double) maxBackoff.toMillis()) * factor));
    }

    /** Whether delays between attempts are those of others. */
    public boolean hasDelaysOf(ForwardSettings other) {
        return baseBackoff.equals(other.baseBackoff)
                && Double.compare(multiplier, other.multiplier) == 0
                && Double.compare(jitter, other.jitter) == 0
                && maxBackoff.equals(other.maxBackoff);
    }
}
