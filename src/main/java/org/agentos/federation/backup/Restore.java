package org.agentos.federation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.store.LogCopy;
import org.agentos.federation.eventlog.store.LogDirectory;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.settings.EventLogSettings;

/**
 * Puts a backup in the place of the data, while no gateway runs on it.
 *
 * <p>The backup is verified, copied beside the old data and opened there once, which gives it its new epoch; until then
 * the old data is as it was. Then a marker is written that no gateway starts with, the old data is set aside, the new put
 * in place, and the marker removed. A crash in between leaves the marker: the same command again goes on where it was.
 */
public final class Restore {
    private final EventLogSettings log;
    private final Path indexFile;
    private final InstantSource clock;
    private final SecureRandom random;
    private final RestorePlace logPlace;
    private final RestorePlace indexPlace;
    private final Path markerFile;

    /**
     * What was done.
     *
     * @param epoch the restored log's new one
     * @param setAside the name of the folders that hold the old data, if there was any
     */
    public record Restored(Manifest manifest, long epoch, Optional<String> setAside) {}

    /** @param log whose directory takes the log; the index goes to its own file */
    public Restore(EventLogSettings log, Path indexFile, InstantSource clock, SecureRandom random) {
        this.log = log;
        this.indexFile = indexFile;
        this.clock = clock;
        this.random = random;
        this.logPlace = new RestorePlace(log.directory(), "restoring", LogDirectory::isData);
        this.indexPlace = new RestorePlace(
                indexFile.getParent(),
                indexFile.getFileName() + ".restoring",
                new ForwardFiles(indexFile, clock)::isData);
        this.markerFile = LogDirectory.unfinishedRestoreIn(log.directory());
    }

    /**
     * Restores a backup.
     *
     * @param replace whether data that is there is set aside; otherwise it is a reason to refuse
     * @param objections asked once before anything is written; any of them forbids it
     * @throws BackupException when it is refused, and nothing is changed; or when it failed half way, and says so
     */
    public Restored from(Path backup, boolean replace, Supplier<List<String>> objections) throws BackupException {
        BackupSource source = BackupSource.verify(backup);
        try (LogDirectory locked = LogDirectory.open(log.directory())) {
            return restore(source, replace, objections);
        } catch (EventLogOpenException inUse) {
            throw new BackupException(inUse.getMessage());
        } catch (IOException failed) {
            throw new BackupException(List.of("the restore failed: " + BackupException.reason(failed), afterFailure()));
        }
    }

    private Restored restore(BackupSource source, boolean replace, Supplier<List<String>> objections)
            throws IOException, BackupException {
        Optional<RestoreMarker> unfinished = RestoreMarker.read(markerFile);
        boolean occupied = logPlace.isOccupied() || indexPlace.isOccupied();
        if (occupied && unfinished.isEmpty() && !replace) {
            throw new BackupException(log.directory() + " or " + indexFile
                    + " holds data already; --replace sets it aside as before-restore-TIME");
        }
        List<String> objected = objections.get();
        if (!objected.isEmpty()) {
            throw new BackupException(objected);
        }
        long epoch = stage(source);
        RestoreMarker marker = unfinished.orElseGet(
                () -> new RestoreMarker(RestoreMarker.Step.ASIDE, "before-restore-" + clock.millis()));
        boolean oldData = occupied || unfinished.isPresent();
        putInPlace(marker);
        return new Restored(source.manifest(), epoch, oldData ? Optional.of(marker.asideName()) : Optional.empty());
    }

    /** Copies the backup beside the data and makes a log of it that is ready to be started with. */
    private long stage(BackupSource source) throws IOException {
        try {
            logPlace.beginStaging();
            indexPlace.beginStaging();
            source.copy(Layout.EVENT_LOG, logPlace.staging(), name -> name);
            source.copy(Layout.FORWARD_INDEX, indexPlace.staging(), this::asConfigured);
            long epoch = LogCopy.adopt(log.acceptingNoLossAt(logPlace.staging()), clock, random);
            Disk.forceTree(logPlace.staging());
            return epoch;
        } catch (IOException | RuntimeException failed) {
            logPlace.endStaging();
            indexPlace.endStaging();
            throw failed;
        }
    }

    private String asConfigured(String nameInBackup) {
        return indexFile.getFileName() + nameInBackup.substring(Layout.INDEX_NAME.length());
    }

    private void putInPlace(RestoreMarker begun) throws IOException {
        if (begun.step() == RestoreMarker.Step.ASIDE) {
            begun.write(markerFile);
            logPlace.setAside(begun.asideName());
            indexPlace.setAside(begun.asideName());
            begun.placing().write(markerFile);
        }
        indexPlace.place();
        logPlace.place();
        RestoreMarker.remove(markerFile);
        logPlace.endStaging();
        indexPlace.endStaging();
    }

    private String afterFailure() {
        return Files.exists(markerFile)
                ? "it stopped half way: run the same command again; no gateway starts on this data before that"
                : "the data is as it was";
    }
}
