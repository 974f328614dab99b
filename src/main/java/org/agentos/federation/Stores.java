package org.agentos.federation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.RocksEventLog;
import org.agentos.federation.forward.ForwardEntry;
import org.agentos.federation.forward.ForwardFiles;
import org.agentos.federation.forward.ForwardStore;
import org.agentos.federation.forward.RouteStorage;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;

/** What is kept on disk: the event log and the forward index. */
final class Stores implements AutoCloseable {
    final RocksEventLog log;
    final CursorCodec cursors;
    final ForwardFiles forwardFiles;
    final ForwardStore forwards;

    private Stores(RocksEventLog log, ForwardFiles forwardFiles, ForwardStore forwards) {
        this.log = log;
        this.cursors = CursorCodec.of(log);
        this.forwardFiles = forwardFiles;
        this.forwards = forwards;
    }

    /**
     * Opens both, recovering what a crash left.
     *
     * @param routes how the forward index is written once the routes run
     * @throws StartupException naming what cannot be opened
     */
    static Stores open(Settings settings, RouteStorage routes, InstantSource clock, Executor compactions) {
        try {
            Files.createDirectories(settings.forward().indexFile().getParent());
            ForwardFiles files = new ForwardFiles(settings.forward().indexFile(), clock);
            ForwardStore forwards = new ForwardStore(settings.forward(), files, routes, clock, compactions);
            Stores stores =
                    new Stores(RocksEventLog.open(settings.eventLog(), clock, new SecureRandom()), files, forwards);
            stores.reviewHolders();
            return stores;
        } catch (EventLogOpenException e) {
            throw new StartupException(List.of(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            throw new StartupException(List.of("the forward index "
                    + settings.forward().indexFile() + " cannot be opened (AGENTOS_FED_FORWARD_INDEX_FILE): " + e));
        }
    }

    /** Before anybody reads or writes: a run's log must be that of the peer it was forwarded to. */
    private void reviewHolders() {
        if (forwards.index().size() == 0) {
            return;
        }
        try {
            log.reviewHolders(run -> forwards.index().find(run).map(ForwardEntry::remoteStackId));
        } catch (EventLogOpenException failed) {
            log.close();
            throw failed;
        }
    }

    /** Closes the forward index, whose last snapshot the routes write, and then the log. */
    @Override
    public void close() throws InterruptedException {
        try {
            forwards.close();
        } finally {
            log.close();
        }
    }
}
