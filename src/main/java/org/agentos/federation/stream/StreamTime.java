package org.agentos.federation.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What passing time does to one stream: signs of life when it is silent, the end of its lifetime, the end of patience with
 * its client, and of the grace that follows. Ticks come on one thread; all else may be asked from any.
 */
final class StreamTime {
    private final Ticks ticks;
    private final Lifetime lifetime;
    private final Delivery delivery;
    private final AtomicInteger silentTicks = new AtomicInteger();
    private int graceTicks;
    private volatile boolean graceOver;

    StreamTime(Ticks ticks, Lifetime lifetime, Delivery delivery) {
        this.ticks = ticks;
        this.lifetime = lifetime;
        this.delivery = delivery;
    }

    /**
     * One more tick has passed.
     *
     * @param asked why the stream is being ended already, or null
     * @return why it has to end now, if it has to
     */
    Optional<EndReason> tick(Instant now, EndReason asked) {
        silentTicks.incrementAndGet();
        Optional<EndReason> end = lifetime.tick(now);
        boolean slow = delivery.tooSlow();
        if (asked == EndReason.SLOW_CONSUMER) {
            graceOver |= ++graceTicks > ticks.grace();
        } else if (slow) {
            graceOver |= asked != null;
            end = end.or(() -> Optional.of(EndReason.SLOW_CONSUMER));
        }
        return end;
    }

    /** Something was said. */
    void spoke() {
        silentTicks.set(0);
    }

    /** Whether a sign of life is due. */
    boolean isSilent() {
        return silentTicks.get() >= ticks.silence();
    }

    /** Whether a subscriber should have come by now. */
    boolean isLateForSubscribers() {
        return silentTicks.get() >= ticks.patience();
    }

    /** There is no room for grace. */
    void endGrace() {
        graceOver = true;
    }

    /** Whether a client that was told the end has had its time to take it. */
    boolean graceIsOver() {
        return graceOver;
    }
}
