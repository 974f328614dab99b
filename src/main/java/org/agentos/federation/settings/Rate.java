package org.agentos.federation.settings;

import java.util.OptionalLong;

/**
 * How much may pass by the second, and how much at once.
 *
 * @param perSecond 0 = nothing passes
 * @param burst 1 or more
 */
public record Rate(double perSecond, long burst) {
    /** A rate without a burst of its own lets a second's worth pass at once, 1 at least. */
    public static Rate of(double perSecond, OptionalLong burst) {
        return new Rate(perSecond, burst.orElse(Math.max(1, (long) Math.ceil(perSecond))));
    }

    /** Seconds until a burst that was used up is there again, from 1 to the largest {@code int}: 68 years are for ever. */
    public long windowSeconds() {
        return perSecond == 0
                ? Integer.MAX_VALUE
                : Math.min(Integer.MAX_VALUE, Math.max(1, (long) Math.ceil(burst / perSecond)));
    }
}
