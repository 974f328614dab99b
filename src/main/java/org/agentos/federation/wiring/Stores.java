package org.agentos.federation.wiring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.RouteStorage;
import org.agentos.federation.limits.QuotaUse;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;

/** What is kept on disk: the event log, the forward index, and what was used of quotas. */
public final class Stores implements AutoCloseable {
    public final RocksEventLog log;
    final CursorCodec cursors;
    final ForwardFiles forwardFiles;
    public final ForwardStore forwards;
    public final QuotaUse quotaUse;

    private Stores(RocksEventLog log, ForwardFiles forwardFiles, ForwardStore forwards, QuotaUse quotaUse) {
        this.log = log;
        this.cursors = CursorCodec.of(log);
        this.forwardFiles = forwardFiles;
        this.forwards = forwards;
        this.quotaUse = quotaUse;
    }

    /**
     * Opens all, recovering what a crash left.
     *
     * @param routes how the forward index is written once the routes run
     * @throws StartupException naming what cannot be opened
     */
    public static Stores open(Settings settings, RouteStorage routes, InstantSource clock, Executor compactions) {
        try {
            Files.createDirectories(settings.forward().indexFile().getParent());
            ForwardFiles files = new ForwardFiles(settings.forward().indexFile(), clock);
            ForwardStore forwards = new ForwardStore(settings.forward(), files, routes, clock, compactions);
            QuotaUse quotaUse = quotaUse(settings, clock);
            Stores stores = new Stores(
                    RocksEventLog.open(settings.eventLog(), clock, new SecureRandom()), files, forwards, quotaUse);
            stores.reviewHolders();
            return stores;
        } catch (EventLogOpenException e) {
            throw new StartupException(List.of(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            throw new StartupException(List.of("the forward index "
                    + settings.forward().indexFile() + " cannot be opened (AGENTOS_FED_FORWARD_INDEX_FILE): " + e));
        }
    }

    /** Nothing may be guessed of a file that does not say what was used: an operator decides to begin the day anew. */
    private static QuotaUse quotaUse(Settings settings, InstantSource clock) throws IOException {
        Path file = settings.dataDir().resolve("quota-use.jsonl");
        try {
            Files.createDirectories(settings.dataDir());
            return QuotaUse.open(file, settings.limits().maxTenants(), clock);
        } catch (IOException unfit) {
            throw new StartupException(List.of("AGENTOS_FED_DATA_DIR: " + file + " cannot be read, "
                    + unfit.getMessage() + "; without the file, today's quotas are counted from nothing"));
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

    /** Closes the forward index, whose last snapshot the routes write, and then the others. */
    @Override
    public void close() throws InterruptedException, IOException {
        try {
            forwards.close();
        } finally {
            log.close();
            quotaUse.close();
        }
    }
}
