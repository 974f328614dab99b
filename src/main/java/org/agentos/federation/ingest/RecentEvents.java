package org.agentos.federation.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The event ids seen lately, in front of the event log's own index: what the idempotent consumer asks. It only marks;
 * an id that was claimed and not stored after all is marked by mistake and stored all the same, because the log decides.
 * The library's Caffeine repository is not used for its {@code add} is two steps and its size has no limit.
 */
public final class RecentEvents extends ServiceSupport implements IdempotentRepository {
    /** Ids that are added until the cache looks after itself once, on the thread of the last; its own buffer takes more. */
    private static final int UPKEEP_EVERY = 64;

    private final Cache<String, Boolean> claimed;
    private final AtomicReference<Runnable> upkeep = new AtomicReference<>();
    private final AtomicInteger added = new AtomicInteger();
    private final EventLog log;

    /** Holds at most {@code limit} ids, so that a flood of new ones costs no more memory than that. */
    public RecentEvents(int limit, EventLog log) {
        // Upkeep costs less than waking another thread for it, and less once for many ids than for each.
        this.claimed =
                Caffeine.newBuilder().maximumSize(limit).executor(upkeep::set).build();
        this.log = log;
    }

    /** The key of an event in this repository: ids are scoped to tenant and run. */
    static String key(IncomingEvent event) {
        return event.run().tenantId() + '\u0000' + event.run().runId() + '\u0000' + event.eventId();
    }

    @Override
    public boolean add(Exchange exchange, String key) {
        if (!add(key)) {
            return false;
        }
        BatchEvent event = exchange.getMessage().getBody(BatchEvent.class);
        return !log.probablyHolds(event.event().run(), event.event().eventId());
    }

    @Override
    public boolean add(String key) {
        boolean isNew = claimed.asMap().putIfAbsent(key, Boolean.TRUE) == null;
        if (added.incrementAndGet() % UPKEEP_EVERY == 0) {
            Optional.ofNullable(upkeep.getAndSet(null)).ifPresent(Runnable::run);
        }
        return isNew;
    }

    @Override
    public boolean contains(String key) {
        return claimed.getIfPresent(key) != null;
    }

    @Override
    public boolean remove(String key) {
        return claimed.asMap().remove(key) != null;
    }

    @Override
    public boolean confirm(String key) {
        return true;
    }

    @Override
    public void clear() {
        claimed.invalidateAll();
    }
}
