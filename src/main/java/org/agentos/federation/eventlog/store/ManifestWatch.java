package org.agentos.federation.eventlog.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every {@value #EVERY_MILLIS} ms whether the database's MANIFEST has grown, and has that noted: on a thread of its own, for
 * nobody's append is to wait for it, and a flush or compaction may end when nobody appends any more.
 */
final class ManifestWatch implements AutoCloseable {
    /** What is damaged within so short a time of a flush, before the process ends, goes unnoticed. */
    private static final int EVERY_MILLIS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(ManifestWatch.class);

    private final KnownManifest known;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "event-log-manifest");
    private boolean failing;

    private ManifestWatch(KnownManifest known) {
        this.known = known;
        thread.setDaemon(true);
    }

    /** Notes what is there before it returns, and begins to look. */
    static ManifestWatch begin(KnownManifest known) throws IOException {
        known.note();
        ManifestWatch watch = new ManifestWatch(known);
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            while (!stopping.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException nobodyShould) {
            Thread.currentThread().interrupt();
        }
    }

    /** The log is as good without the note; only the check at the next start is weaker. */
    private void look() {
        try {
            known.note();
            failing = false;
        } catch (IOException unreadable) {
            if (!failing) {
                LOG.warn("event log manifest not noted cause={}", unreadable.toString());
            }
            failing = true;
        }
    }

    /** Ends looking. */
    void stop() {
        stopping.countDown();
        Uninterruptibles.joinUninterruptibly(thread);
    }

    /** Looks a last time, once the database is closed. */
    @Override
    public void close() throws IOException {
        try (known) {
            look();
        }
    }
}
