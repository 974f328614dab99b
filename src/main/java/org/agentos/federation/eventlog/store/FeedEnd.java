package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agentos.federation.eventlog.EventLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the feed is durable, which is how far it may be read, and who wants to know when that moves. */
final class FeedEnd {
    private static final Logger LOG = LoggerFactory.getLogger(FeedEnd.class);

    private final List<Watching> watchers = new CopyOnWriteArrayList<>();
    private volatile long offset;
    private long woken; // the syncing thread's alone

    FeedEnd(long offset) {
        this.offset = offset;
        this.woken = offset;
    }

    long offset() {
        return offset;
    }

    /** Called by the syncing thread, for groups in their order; 0 for one that did not grow the feed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread moves it
    void moveTo(long durable) {
        offset = Math.max(offset, durable);
    }

    /** Tells who watches, if there is news since it was last called. */
    void wake() {
        if (woken != offset) {
            woken = offset;
            watchers.forEach(Watching::call);
        }
    }

    EventLog.Watch watch(Runnable moved) {
        Watching watching = new Watching(moved);
        watchers.add(watching);
        return watching;
    }

    private final class Watching implements EventLog.Watch {
        private final Runnable moved;

        Watching(Runnable moved) {
            this.moved = moved;
        }

        private void call() {
            try {
                moved.run();
            } catch (RuntimeException | Error faulty) { // also where it gets no thread: the log must go on
                LOG.warn("event feed watcher failed", faulty);
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
        }
    }
}
