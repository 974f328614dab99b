package org.agentos.federation.limits;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Rate;

/**
 * The buckets of peers, each with the rate that the entry at hand says: one whose rate was changed by a reload goes on with
 * as many tokens as there were, so that a reload lets nobody have a burst twice. Thread-safe.
 */
final class PeerBuckets {
    private final Map<String, SharedBucket> buckets = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    PeerBuckets(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Empty when the peer's entry sets no such rate. */
    Optional<TokenLimit> of(Peer peer, LimitKind kind) {
        Rate rate = peer.limits().rates().get(kind);
        if (rate == null) {
            return Optional.empty();
        }
        String key = key(peer.stackId(), kind);
        SharedBucket known = buckets.get(key);
        return Optional.of(
                known != null && known.rate().equals(rate)
                        ? known
                        : buckets.compute(key, (any, before) -> fitted(before, rate)));
    }

    private SharedBucket fitted(SharedBucket before, Rate rate) {
        if (before == null) {
            return new SharedBucket(rate, nanoTime);
        }
        return before.rate().equals(rate) ? before : new SharedBucket(rate, before.remaining(), nanoTime);
    }

    /** Forgets a peer that has left the registry. */
    void forget(String stackId) {
        for (LimitKind kind : LimitKind.values()) {
            buckets.remove(key(stackId, kind));
        }
    }

    private static String key(String stackId, LimitKind kind) {
        return kind.singular() + ' ' + stackId;
    }
}
