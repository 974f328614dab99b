package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;

/**
 * A daily quota.
 *
 * @param whose tenant or peer
 * @param quota of what is counted only, the one it is a part of
 * @param counter null for a caller that is not known
 * @param limiting false for what is counted only
 */
record AppliedQuota(String whose, LimitKind kind, long quota, QuotaCounter counter, QuotaUse use, boolean limiting)
        implements Applied {
    /** As quotas are called in settings and in the registry. */
    static String member(LimitKind kind) {
        return kind == LimitKind.BYTES ? "stored_bytes" : kind.plural() + "_per_day";
    }

    private String name() {
        return kind.plural() + "-" + whose + "-day";
    }

    @Override
    public void refuseOversized(long amount) {
        if (amount > quota && quota > 0) {
            throw new FederationException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "More " + kind.plural() + " than the quota of a whole day: send at most " + quota
                                    + " in one request.")
                    .detail("limit_" + kind.plural(), quota)
                    .detail("reason", name());
        }
    }

    @Override
    public Optional<FederationException> take(long amount) {
        return counter.take(amount, limiting ? quota : Long.MAX_VALUE)
                ? Optional.empty()
                : Optional.of(new FederationException(
                                ErrorCode.QUOTA_EXCEEDED,
                                "The quota of this " + whose + " for today is used up: nothing was done.")
                        .detail("kind", member(kind))
                        .detail("reason", name())
                        .detail("limit", quota)
                        .detail("resets_at", use.tomorrow().toString())
                        .retryAfter(use.untilTomorrow()));
    }

    @Override
    public void undo(long amount) {
        counter.giveBack(amount);
    }

    @Override
    public void settle(long taken, long used) {
        if (used > taken) {
            counter.add(used - taken);
        } else {
            counter.giveBack(taken - used);
        }
    }

    @Override
    public Optional<String> policy() {
        return shown('"' + name() + "\";q=" + quota + ";w=" + Duration.ofDays(1).toSeconds() + Items.unit(kind));
    }

    @Override
    public Optional<String> state() {
        long left = Math.max(0, quota - (counter == null ? 0 : counter.used()));
        return shown('"' + name() + "\";r=" + left + ";t="
                + Math.max(1, use.untilTomorrow().toSeconds()));
    }

    private Optional<String> shown(String item) {
        return limiting ? Optional.of(item) : Optional.empty();
    }
}
