package org.agentos.federation.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.LocalBucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.agentos.federation.settings.Rate;

/** A rate as a bucket of tokens: filled evenly, full at the beginning, never above its burst. Thread-safe. */
final class TokenBucket {
    /** What a caller of something that is never let pass is told to wait: an operator may change it any time. */
    static final Duration CLOSED = Duration.ofMinutes(1);

    private static final long SECOND = 1_000_000_000L;

    /** Tokens are whole: those of so many seconds are counted out, so that a rate may have a fraction. */
    private static final int COUNTED_SECONDS = 1000;

    private final LocalBucket bucket;
    private volatile Rate rate;

    TokenBucket(Rate rate, LongSupplier nanoTime) {
        this(rate, rate.burst(), nanoTime);
    }

    /** @param tokens in it at the beginning, at most the burst */
    TokenBucket(Rate rate, long tokens, LongSupplier nanoTime) {
        this.rate = rate;
        this.bucket = rate.perSecond() == 0
                ? null
                : new LocalBucketBuilder()
                        .addLimit(bandwidth(rate, tokens))
                        .withCustomTimePrecision(meter(nanoTime))
                        .build();
    }

    private static Bandwidth bandwidth(Rate rate, long tokens) {
        boolean slow = rate.perSecond() < 1;
        long refill = slow ? 1 : Math.round(rate.perSecond() * COUNTED_SECONDS);
        Duration period =
                slow ? Duration.ofNanos(Math.round(SECOND / rate.perSecond())) : Duration.ofSeconds(COUNTED_SECONDS);
        return Bandwidth.builder()
                .capacity(rate.burst())
                .refillGreedy(refill, period)
                .initialTokens(tokens)
                .build();
    }

    private static TimeMeter meter(LongSupplier nanoTime) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanoTime.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    Rate rate() {
        return rate;
    }

    /** Takes tokens; empty when they were there, else how long until they will be. */
    Optional<Duration> take(long tokens) {
        if (bucket == null) {
            return Optional.of(CLOSED);
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(tokens);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /** How long until this many tokens, or a burst if that is less, are there; empty when they are. */
    Optional<Duration> lacks(long tokens) {
        if (bucket == null) {
            return Optional.of(CLOSED);
        }
        EstimationProbe probe = bucket.estimateAbilityToConsume(Math.min(tokens, rate.burst()));
        return probe.canBeConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /** Takes tokens, also those that are not there yet. */
    void owe(long tokens) {
        if (bucket != null) {
            bucket.consumeIgnoringRateLimits(tokens);
        }
    }

    void giveBack(long tokens) {
        if (bucket != null && tokens > 0) {
            bucket.addTokens(tokens);
        }
    }

    /** Goes on with another rate, as full in proportion as it was. */
    void become(Rate other) {
        if (bucket != null && !other.equals(rate)) {
            BucketConfiguration configuration = BucketConfiguration.builder()
                    .addLimit(bandwidth(other, other.burst()))
                    .build();
            bucket.replaceConfiguration(configuration, TokensInheritanceStrategy.PROPORTIONALLY);
            rate = other;
        }
    }

    /** Tokens in it now; below 0 when some are owed. */
    long remaining() {
        return bucket == null ? 0 : bucket.getAvailableTokens();
    }

    boolean isFull() {
        return remaining() >= rate.burst();
    }
}
