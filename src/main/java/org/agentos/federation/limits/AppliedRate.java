package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Rate;

/**
 * A rate.
 *
 * @param whose tenant, peer or route
 * @param bucket null for a caller that is not known: nothing was taken by nobody
 * @param tenantId who takes
 */
record AppliedRate(String whose, LimitKind kind, Rate rate, TokenLimit bucket, String tenantId) implements Applied {
    private String name() {
        return kind.plural() + "-" + whose;
    }

    @Override
    public void refuseOversized(long amount) {
        if (amount > rate.burst() && rate.perSecond() > 0) {
            throw new FederationException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "More " + kind.plural() + " than may pass at once: send at most " + rate.burst()
                                    + " in one request.")
                    .detail("limit_" + kind.plural(), rate.burst())
                    .detail("reason", name());
        }
    }

    @Override
    public Optional<FederationException> take(long amount) {
        return bucket.take(tenantId, amount).map(this::refusal);
    }

    private FederationException refusal(Duration wait) {
        return new FederationException(
                        ErrorCode.RATE_LIMITED,
                        "Too many " + kind.plural() + " for the rate of this " + whose + ": nothing was done.")
                .detail("kind", kind.plural())
                .detail("reason", name())
                .detail("per_second", rate.perSecond())
                .detail("burst", rate.burst())
                .retryAfter(wait);
    }

    @Override
    public void undo(long amount) {
        bucket.giveBack(tenantId, amount);
    }

    @Override
    public Optional<String> policy() {
        return Optional.of('"' + name() + "\";q=" + (rate.perSecond() == 0 ? 0 : rate.burst()) + ";w="
                + rate.windowSeconds() + Items.unit(kind));
    }

    @Override
    public Optional<String> state() {
        long left = rate.perSecond() == 0 ? 0 : bucket == null ? rate.burst() : Math.max(0, bucket.remaining());
        long until = rate.perSecond() == 0
                ? TokenBucket.CLOSED.toSeconds()
                : (long) Math.ceil((rate.burst() - left) / rate.perSecond());
        return Optional.of('"' + name() + "\";r=" + left + ";t=" + until);
    }
}
