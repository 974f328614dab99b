package org.agentos.federation.peer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.settings.BreakerSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls from a peer that fails. Closed, it lets all through and watches; open, none; half open, a few probes, which
 * decide. It has no thread: the first call after the open time makes it half open. Every change of state happens under
 * this object's lock, so that a permit belongs to exactly one state's turn.
 */
public final class PeerBreaker {
    /** When all probes are under way, nobody knows how long they take. */
    private static final Duration WHILE_PROBED = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PeerBreaker.class);

    private final String stackId;
    private final CircuitBreaker circuit;
    private final Clock clock;
    private final Duration openFor;
    private volatile Since since;

    /** How one call ended, as far as the peer's health goes. */
    public enum Verdict {
        /** The peer answered, be it with a refusal. */
        WELL,
        /** It was not reached, broke off, was too slow or answered 5xx. */
        UNWELL,
        /** No call was made, or it failed for a reason of our own. */
        NO_CALL
    }

    /** A state's beginning; {@code turn} tells it from the same state at another time. */
    private record Since(int turn, State state, Instant at) {}

    PeerBreaker(String stackId, BreakerSettings settings, InstantSource clock) {
        this.stackId = stackId;
        this.clock = clock.withZone(ZoneOffset.UTC);
        this.openFor = settings.openFor();
        this.since = new Since(0, State.CLOSED, clock.instant());
        this.circuit = CircuitBreaker.of(stackId, config(settings, this.clock));
        circuit.getEventPublisher()
                .onStateTransition(event -> turned(event.getStateTransition().getToState()));
    }

    private static CircuitBreakerConfig config(BreakerSettings settings, Clock clock) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.TIME_BASED)
                .slidingWindowSize((int) Math.max(1, settings.window().toSeconds()))
                .minimumNumberOfCalls(settings.minCalls())
                .failureRateThreshold(settings.failureRatePercent())
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                .clock(clock)
                .build();
    }

    private void turned(State state) {
        since = new Since(since.turn + 1, state, clock.instant());
        if (state == State.OPEN) {
            LOG.warn("The breaker of a peer opened, no call goes there peer={} for={}", stackId, openFor);
        } else {
            LOG.info("The breaker of a peer changed peer={} state={}", stackId, name(state));
        }
    }

    /** {@code closed}, {@code open} or {@code half_open}; open also when a probe would be let through. */
    public String state() {
        return name(since.state);
    }

    /** Whether calls are refused at the moment, without asking for a permit. */
    public boolean isOpen() {
        return since.state == State.OPEN && !untilProbe().isZero();
    }

    /** How long a caller who is refused should wait. */
    public Duration retryAfter() {
        return since.state == State.OPEN ? untilProbe() : WHILE_PROBED;
    }

    private Duration untilProbe() {
        Duration left = Duration.between(clock.instant(), since.at.plus(openFor));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Leave to make one call; empty when it must not be made. Without the lock but where probes are counted. */
    public Optional<Permit> tryAcquire() {
        Since now = since;
        if (now.state == State.CLOSED) {
            return Optional.of(new Permit(now));
        }
        return isOpen() ? Optional.empty() : tryProbe();
    }

    private synchronized Optional<Permit> tryProbe() {
        return circuit.tryAcquirePermission() ? Optional.of(new Permit(since)) : Optional.empty();
    }

    /** A call from before the last change decides nothing: it must not use up a probe. */
    private synchronized void ended(Since given, Verdict verdict) {
        if (given.turn != since.turn) {
            return;
        }
        switch (verdict) {
            case WELL -> circuit.onSuccess(0, TimeUnit.MILLISECONDS);
            case UNWELL -> circuit.onError(0, TimeUnit.MILLISECONDS, new Unwell());
            case NO_CALL -> circuit.releasePermission();
        }
    }

    private static String name(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Leave to make one call. It is given back exactly once, with what became of the call. */
    public final class Permit {
        private final Since given;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Permit(Since given) {
            this.given = given;
        }

        /** Ends the call; later ends of the same one are ignored. */
        public void end(Verdict verdict) {
            boolean nothingToTell = verdict == Verdict.NO_CALL && given.state == State.CLOSED;
            if (returned.compareAndSet(false, true) && !nothingToTell) {
                ended(given, verdict);
            }
        }
    }

    /** The breaker asks for an exception, and keeps none. */
    private static final class Unwell extends RuntimeException {
        private Unwell() {
            super("the peer is unwell", null, false, false);
        }
    }
}
