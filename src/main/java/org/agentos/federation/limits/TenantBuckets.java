package org.agentos.federation.limits;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.agentos.federation.settings.Rate;

/**
 * The buckets of all tenants for one kind of use, a bounded number of them. The least recently used one leaves, and only
 * when it is full: a new one would be too, so nobody gains by being forgotten. While none can leave, tenants without a
 * bucket share one, so that a flood of made-up tenants gets no more than one of them. Thread-safe.
 */
final class TenantBuckets {
    /** The eldest ones looked at for one that may leave: nobody pays for a look at all. */
    private static final int LOOKS = 8;

    private final Rate common;
    private final int most;
    private final LongSupplier nanoTime;
    private final Map<String, Own> configured = new HashMap<>();
    private final Map<String, Own> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private final Own others;

    /**
     * @param common of tenants without a rate of their own; null = not limited
     * @param configured the rates of single tenants, whose buckets never leave
     * @param most tenants with a bucket, besides those
     */
    TenantBuckets(Rate common, Map<String, Rate> configured, int most, LongSupplier nanoTime) {
        this.common = common;
        this.most = most;
        this.nanoTime = nanoTime;
        configured.forEach((tenantId, rate) -> this.configured.put(tenantId, new Own(new TokenBucket(rate, nanoTime))));
        this.others = common == null ? null : new Own(new TokenBucket(common, nanoTime));
    }

    /** The tenant's bucket; empty when it is not limited. */
    Optional<TokenLimit> of(String tenantId) {
        Own own = configured.get(tenantId);
        if (own != null || common == null) {
            return Optional.ofNullable(own);
        }
        synchronized (buckets) {
            Own known = buckets.get(tenantId);
            if (known == null && makeRoom()) {
                known = new Own(new TokenBucket(common, nanoTime));
                buckets.put(tenantId, known);
            }
            return Optional.of(known == null ? others : known);
        }
    }

    private boolean makeRoom() {
        Iterator<Own> eldest = buckets.values().iterator();
        for (int i = 0; i < LOOKS && buckets.size() >= most && eldest.hasNext(); i++) {
            if (eldest.next().bucket.isFull()) {
                eldest.remove();
            }
        }
        return buckets.size() < most;
    }

    int size() {
        synchronized (buckets) {
            return buckets.size();
        }
    }

    private record Own(TokenBucket bucket) implements TokenLimit {
        @Override
        public Optional<Duration> take(String tenantId, long tokens) {
            return bucket.take(tokens);
        }

        @Override
        public void giveBack(String tenantId, long tokens) {
            bucket.giveBack(tokens);
        }

        @Override
        public long remaining() {
            return bucket.remaining();
        }
    }
}
