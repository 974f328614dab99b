package org.agentos.federation.subscription;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.EventFeed.FeedPage;
import org.agentos.federation.eventlog.EventFeed.FeedRecord;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.FeedPlace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that reads the feed for one subscription, as far ahead as there is room, and waits for news. */
final class FeedReading {
    private static final Logger LOG = LoggerFactory.getLogger(FeedReading.class);
    private static final EventFeed.Limits READ = new EventFeed.Limits(512, 256 << 10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Desk desk;
    private final EventFeed feed;
    private final Deliveries deliveries;
    private final SubscriptionSpec spec;
    private final IntConsumer taken;
    private final Thread thread;

    /** @param taken told after each read, with how many records were gone */
    FeedReading(Desk desk, EventFeed feed, Deliveries deliveries, SubscriptionSpec spec, IntConsumer taken) {
        this.desk = desk;
        this.feed = feed;
        this.deliveries = deliveries;
        this.spec = spec;
        this.taken = taken;
        this.thread = new Thread(this::run, "subscription-" + spec.name() + "-reader");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void join(Duration limit) throws InterruptedException {
        thread.join(limit.toMillis());
    }

    private void run() {
        try (EventLog.Watch news = feed.watch(desk::wake)) {
            for (int room = desk.awaitRoom(); room >= 0; room = desk.awaitRoom()) {
                tryRead(room);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryRead(int room) throws InterruptedException {
        try {
            if (!readOn(room)) {
                desk.awaitNews();
            }
        } catch (RuntimeException unreadable) {
            LOG.warn("subscription cannot read on, tries again name={}", spec.name(), unreadable);
            desk.awaitMoment(AFTER_FAILURE);
        }
    }

    /** Reads what comes next, as much as there is room for; false when there was nothing. */
    private boolean readOn(int room) {
        FeedPlace from = desk.readTo();
        long after = Math.max(0, from.offset() - 1);
        FeedPage page = feed.read(after, spec.filter()::wantsRun, READ);
        if (page.readTo() == after) {
            taken.accept(0); // what was open at the start may go
            return false;
        }
        List<Delivery> wanted = new ArrayList<>();
        for (FeedRecord record : page.records()) {
            wanted.addAll(deliveries.of(record, from));
        }
        boolean fits = wanted.size() <= room;
        desk.add(
                fits ? wanted : wanted.subList(0, room),
                fits ? FeedPlace.after(page.readTo()) : wanted.get(room).place());
        taken.accept(page.gone());
        return true;
    }
}
