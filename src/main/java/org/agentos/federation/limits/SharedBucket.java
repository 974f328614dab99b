package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.agentos.federation.settings.Rate;

/**
 * A rate that tenants share: of a peer, or of all callers. As long as one tenant alone asks it may have all. Of k tenants that
 * asked within the window (the time in which the whole burst comes back, a second at least), each has a share of a k-th of
 * rate and burst, and may take more only while what is left then is still the shares of all others. So a tenant that floods
 * takes nothing that another one has a right to: a newcomer that finds the bucket drained is told when to come back, and
 * finds its tokens there then.
 */
final class SharedBucket implements TokenLimit {
    /** Shares kept apart: of more tenants at once the last ones have one together. */
    static final int MAX_SHARES = 1_000;

    private static final String THE_OTHERS = "";

    private final Rate rate;
    private final LongSupplier nanoTime;
    private final long windowNanos;
    private final TokenBucket whole;
    private final Map<String, Share> shares = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Share {
        private final TokenBucket bucket;
        private long seen;

        Share(TokenBucket bucket) {
            this.bucket = bucket;
        }
    }

    SharedBucket(Rate rate, LongSupplier nanoTime) {
        this(rate, rate.burst(), nanoTime);
    }

    /** @param tokens in it at the beginning */
    SharedBucket(Rate rate, long tokens, LongSupplier nanoTime) {
        this.rate = rate;
        this.nanoTime = nanoTime;
        this.windowNanos = Duration.ofSeconds(rate.windowSeconds()).toNanos();
        this.whole = new TokenBucket(rate, Math.min(tokens, rate.burst()), nanoTime);
    }

    Rate rate() {
        return rate;
    }

    @Override
    public synchronized Optional<Duration> take(String tenantId, long tokens) {
        TokenBucket own = share(tenantId);
        int tenants = shares.size();
        if (tenants > 1 && whole.remaining() - tokens < rate.burst() - rate.burst() / tenants) {
            Optional<Duration> wait = own.lacks(tokens);
            if (wait.isPresent()) {
                return wait;
            }
        }
        Optional<Duration> wait = whole.take(tokens);
        if (wait.isPresent()) {
            // Others take their shares of what comes meanwhile.
            return wait.map(alone -> alone.multipliedBy(tenants));
        }
        own.owe(tokens);
        return Optional.empty();
    }

    /** The share of a tenant, as large as the number of tenants at this moment makes it. */
    private TokenBucket share(String tenantId) {
        long now = nanoTime.getAsLong();
        forgetIdle(now);
        String name = shares.size() < MAX_SHARES || shares.containsKey(tenantId) ? tenantId : THE_OTHERS;
        boolean known = shares.containsKey(name);
        Rate size = part(known ? shares.size() : shares.size() + 1);
        Share share = shares.computeIfAbsent(name, any -> new Share(new TokenBucket(size, nanoTime)));
        share.seen = now;
        share.bucket.become(size);
        return share.bucket;
    }

    synchronized int shares() {
        return shares.size();
    }

    private Rate part(int tenants) {
        return tenants == 1 ? rate : new Rate(rate.perSecond() / tenants, Math.max(1, rate.burst() / tenants));
    }

    private void forgetIdle(long now) {
        Iterator<Share> eldest = shares.values().iterator();
        while (eldest.hasNext() && now - eldest.next().seen > windowNanos) {
            eldest.remove();
        }
    }

    @Override
    public synchronized void giveBack(String tenantId, long tokens) {
        whole.giveBack(tokens);
        Share share = shares.get(shares.containsKey(tenantId) ? tenantId : THE_OTHERS);
        if (share != null) {
            share.bucket.giveBack(tokens);
        }
    }

    @Override
    public long remaining() {
        return Math.max(0, whole.remaining());
    }
}
