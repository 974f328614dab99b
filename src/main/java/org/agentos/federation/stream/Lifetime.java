package org.agentos.federation.stream;

import java.time.Instant;
import java.util.Optional;

/** How long one reader may stay: for so many ticks, and while the proof of its caller holds. For the timer's thread. */
final class Lifetime {
    private final Instant validUntil;
    private long ticksLeft;

    Lifetime(long ticks, Optional<Instant> validUntil) {
        this.ticksLeft = ticks;
        this.validUntil = validUntil.orElse(Instant.MAX);
    }

    /** One more tick has passed; tells why the reader has to leave, if it has to. */
    Optional<EndReason> tick(Instant now) {
        ticksLeft--;
        if (!now.isBefore(validUntil)) {
            return Optional.of(EndReason.TOKEN_EXPIRED);
        }
        return ticksLeft <= 0 ? Optional.of(EndReason.MAX_LIFETIME) : Optional.empty();
    }
}
