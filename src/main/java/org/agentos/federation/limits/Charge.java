package org.agentos.federation.limits;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;

/**
 * What one request has taken of the limits that stand before it: all of it, or nothing. An exchange property; used by one
 * thread at a time.
 */
public final class Charge {
    /** The exchange property it travels in. */
    public static final String PROPERTY = "charge";

    private final QuotaUse quotas;
    private final List<Applied> limits = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();
    private int limitsBeforePeer = -1;
    private int takenBeforePeer;

    private record Taken(Applied limit, long amount) {}

    Charge(QuotaUse quotas) {
        this.quotas = quotas;
    }

    /**
     * Takes of each limit what the request uses of its kind; of none when one of them refuses.
     *
     * @throws FederationException {@code payload_too_large} when it could never pass: then nothing is left taken, of what was
     *     taken before neither
     */
    Optional<FederationException> take(List<? extends Applied> asked, ToLongFunction<LimitKind> amounts) {
        limits.addAll(asked);
        refuseOversized(asked, amounts);
        int before = taken.size();
        for (Applied limit : asked) {
            long amount = amounts.applyAsLong(limit.kind());
            Optional<FederationException> refusal = limit.take(amount);
            if (refusal.isPresent()) {
                undoFrom(before);
                return refusal;
            }
            taken.add(new Taken(limit, amount));
        }
        return Optional.empty();
    }

    private void refuseOversized(List<? extends Applied> asked, ToLongFunction<LimitKind> amounts) {
        try {
            asked.forEach(limit -> limit.refuseOversized(amounts.applyAsLong(limit.kind())));
        } catch (FederationException oversized) {
            undo();
            throw oversized;
        }
    }

    /** Takes of the limits of a peer, and gives back what was taken at another one before, which was never reached. */
    Optional<FederationException> takeAtPeer(List<Applied> ofPeer, ToLongFunction<LimitKind> amounts) {
        if (limitsBeforePeer >= 0) {
            undoFrom(takenBeforePeer);
            limits.subList(limitsBeforePeer, limits.size()).clear();
        }
        limitsBeforePeer = limits.size();
        takenBeforePeer = taken.size();
        return take(ofPeer, amounts);
    }

    /** Counts what nobody is asked about. */
    void force(List<AppliedQuota> counted, ToLongFunction<LimitKind> amounts) {
        for (AppliedQuota quota : counted) {
            long amount = amounts.applyAsLong(quota.kind());
            quota.counter().add(amount);
            taken.add(new Taken(quota, amount));
        }
    }

    /** Limits that the answer is to tell of, though nothing is taken. */
    void show(List<Applied> shown) {
        limits.addAll(shown);
    }

    /** Gives all back. */
    void undo() {
        undoFrom(0);
    }

    private void undoFrom(int size) {
        while (taken.size() > size) {
            Taken last = taken.remove(taken.size() - 1);
            last.limit.undo(last.amount);
        }
    }

    /** The limits it stands before. */
    List<Applied> limits() {
        return limits;
    }

    /** Ends when the use of quotas is on disk; with {@code storage_unavailable} when it cannot be. */
    CompletionStage<Void> keep() {
        Map<QuotaCounter, Long> counters = new LinkedHashMap<>();
        for (Taken one : taken) {
            if (one.limit instanceof AppliedQuota quota) {
                counters.put(quota.counter(), quota.quota());
            }
        }
        return quotas.keep(counters);
    }

    /** The request is over: what of each kind it has used in the end. */
    void settle(ToLongFunction<LimitKind> used) {
        taken.forEach(one -> one.limit.settle(one.amount, used.applyAsLong(one.limit.kind())));
        taken.clear();
    }
}
