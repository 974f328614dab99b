package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.settings.EventLogSettings;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of an event log, opened, recovered and checked to hold every acknowledged group and to list all table files. All that recovery found is
 * durable: RocksDB has written it to table files and synced them before its open returns.
 */
record OpenedLog(
        LogDirectory directory,
        LogStore store,
        SyncedGroups syncedGroups,
        ManifestWatch manifest,
        LogIdentity identity,
        long group)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedLog.class);

    /** @throws EventLogOpenException when the log cannot be used or lacks acknowledged groups */
    static OpenedLog open(EventLogSettings settings, InstantSource clock, SecureRandom random) {
        LogDirectory directory = LogDirectory.open(settings.directory());
        try {
            directory.refuseUnfinishedRestore();
            NativeLibrary.load(directory.nativeLibrary());
            return new Opening(settings, directory, clock, random).open();
        } catch (IOException | RocksDBException failed) {
            directory.close();
            throw new EventLogOpenException(
                    "event log " + settings.directory() + " cannot be opened: " + failed, failed);
        } catch (RuntimeException refused) {
            directory.close();
            throw refused;
        }
    }

    @Override
    public void close() throws IOException {
        manifest.stop();
        store.close();
        manifest.close();
        syncedGroups.close();
        directory.close();
    }

    private record Opening(
            EventLogSettings settings, LogDirectory directory, InstantSource clock, SecureRandom random) {

        OpenedLog open() throws IOException, RocksDBException {
            SyncedGroups syncedGroups = SyncedGroups.open(directory.syncedGroups(), clock);
            try {
                return open(syncedGroups);
            } catch (IOException | RocksDBException | RuntimeException failed) {
                syncedGroups.abandon();
                throw failed;
            }
        }

        private OpenedLog open(SyncedGroups syncedGroups) throws IOException, RocksDBException {
            KnownManifest manifest = KnownManifest.open(directory.knownManifest(), directory.database());
            try {
                return open(syncedGroups, manifest);
            } catch (IOException | RocksDBException | RuntimeException failed) {
                manifest.close();
                throw failed;
            }
        }

        private OpenedLog open(SyncedGroups syncedGroups, KnownManifest manifest) throws IOException, RocksDBException {
            long acknowledged = acknowledged(syncedGroups);
            Optional<String> forgotten = manifest.problem();
            forgotten.ifPresent(problem -> demandAcceptance("event log corrupt: " + problem
                    + ", so table files are forgotten, and acknowledged events with them"));
            FilesBeforeRecovery before = new FilesBeforeRecovery(directory.database(), directory.beforeRecovery());
            before.keep();
            LogStore store = LogStore.open(directory.database(), settings.blockCacheBytes());
            try {
                long group = recoveredGroup(store);
                check(store, before, acknowledged, group, forgotten);
                syncedGroups.reset(group);
                LogIdentity identity = LogIdentity.loadOrCreate(store, directory.database(), random);
                ManifestWatch watch = ManifestWatch.begin(manifest);
                return new OpenedLog(directory, store, syncedGroups, watch, identity, group);
            } catch (IOException | RocksDBException | RuntimeException failed) {
                store.close();
                throw failed;
            }
        }

        /** The last group that was acknowledged, as the side file knows it; made to exist before the database does. */
        private long acknowledged(SyncedGroups syncedGroups) throws IOException {
            OptionalLong last = syncedGroups.last();
            if (last.isEmpty() && LogStore.existsAt(directory.database())) {
                demandAcceptance("event log corrupt: " + directory.syncedGroups()
                        + " is missing or unreadable, so it cannot be told whether acknowledged groups are missing");
            }
            if (last.isEmpty()) {
                syncedGroups.reset(0);
                directory.sync();
            }
            return last.orElse(0);
        }

        private static long recoveredGroup(LogStore store) throws RocksDBException {
            byte[] group = store.get(Family.META, MetaKeys.GROUP);
            return group == null ? 0 : ByteBuffer.wrap(group).getLong();
        }

        /** @param forgotten what was wrong with the MANIFEST, accepted by now */
        private void check(
                LogStore store, FilesBeforeRecovery before, long acknowledged, long group, Optional<String> forgotten)
                throws IOException, RocksDBException {
            long missing = Math.max(0, acknowledged - group);
            if (missing == 0 && forgotten.isEmpty()) {
                before.drop();
                return;
            }
            if (missing > 0) {
                demandAcceptance("event log corrupt: " + missing + " acknowledged groups missing in "
                        + directory.database() + "; its files as they were found are in " + directory.beforeRecovery());
            }
            LogIdentity.renewEpoch(store, random);
            LOG.warn(
                    "event log loss accepted path={} groups={} manifest=\"{}\" filesBefore={}",
                    directory.path(),
                    missing,
                    forgotten.orElse("whole"),
                    before.setAside(clock.millis()));
        }

        private void demandAcceptance(String problem) {
            if (!settings.acceptLoss()) {
                throw new EventLogOpenException(problem
                        + ". Restore a copy, or start once with federation.log.accept-loss to go on without them");
            }
        }
    }
}
