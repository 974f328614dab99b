package org.agentos.federation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.store.LogCopy;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backups of an open event log and the forward index beside it. One at a time.
 *
 * <p>The index is copied before the log: a run that the copied index takes for over is over in the copied log too. The
 * other way round, nobody would fetch what lies between.
 */
public final class Backup {
    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Copies the forward index into a folder that exists, under a name. */
    public interface IndexCopy {
        void copyTo(Path directory, String name) throws IOException;
    }

    private final RocksEventLog log;
    private final IndexCopy index;
    private final Path dataDirectory;
    private final String program;
    private final InstantSource clock;

    /**
     * @param dataDirectory where no backup may be made
     * @param program with its version, as the manifest names it
     */
    public Backup(RocksEventLog log, IndexCopy index, Path dataDirectory, String program, InstantSource clock) {
        this.log = log;
        this.index = index;
        this.dataDirectory = dataDirectory;
        this.program = program;
        this.clock = clock;
    }

    /**
     * Makes a backup. All that was acknowledged before the call is in it, and it is on disk when this returns.
     *
     * @param target absolute; does not exist, or is an empty folder
     * @throws BackupException when it cannot be made; the target is then as it was
     */
    public synchronized Manifest make(Path target) throws BackupException {
        boolean created = !Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        refuseUnfit(target);
        try {
            Manifest manifest = copy(target);
            LOG.info("backup made path={} group={} bytes={}", target, manifest.group(), manifest.bytes());
            return manifest;
        } catch (IOException failed) {
            throw new BackupException(leave(target, created, BackupException.reason(failed)));
        } catch (FederationException closed) {
            throw new BackupException(leave(target, created, closed.getMessage()));
        }
    }

    private void refuseUnfit(Path target) throws BackupException {
        if (target.normalize().startsWith(dataDirectory.normalize())) {
            throw new BackupException(target + " is inside the data directory " + dataDirectory);
        }
        try {
            boolean there = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            if (there && !(Files.isDirectory(target) && Disk.entries(target).isEmpty())) {
                throw new BackupException(target + " is not an empty directory");
            }
        } catch (IOException unreadable) {
            throw new BackupException(target + " cannot be read: " + BackupException.reason(unreadable));
        }
    }

    private Manifest copy(Path target) throws IOException {
        String createdAt = clock.instant().toString();
        Path indexFolder = Files.createDirectories(target).resolve(Layout.FORWARD_INDEX);
        Files.setPosixFilePermissions(target, OWNER_ONLY);
        index.copyTo(Files.createDirectory(indexFolder), Layout.INDEX_NAME);
        LogCopy copy = log.copyTo(target.resolve(Layout.EVENT_LOG));
        Manifest manifest = new Manifest(
                Manifest.FORMAT, program, createdAt, String.format("%016x", copy.epoch()), copy.group(), seal(target));
        Disk.write(target.resolve(ManifestFile.NAME), ManifestFile.encode(manifest));
        Disk.force(target.getParent());
        return manifest;
    }

    /** Makes all that was copied durable and takes it down. */
    private static List<Manifest.Entry> seal(Path target) throws IOException {
        List<Manifest.Entry> files = new ArrayList<>();
        for (Path path : Disk.tree(target)) {
            if (Files.isDirectory(path)) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
            } else {
                String name = target.relativize(path).toString();
                files.add(new Manifest.Entry(name, Files.size(path), Sha256.of(path)));
            }
            Disk.force(path);
        }
        return files;
    }

    /** Takes away what was made and says what went wrong. */
    private static List<String> leave(Path target, boolean created, String reason) {
        List<String> problems = new ArrayList<>(List.of("the backup to " + target + " failed: " + reason));
        try {
            for (Path entry : Files.exists(target) ? Disk.entries(target) : List.<Path>of()) {
                Disk.delete(entry);
            }
            if (created) {
                Files.deleteIfExists(target);
            }
        } catch (IOException stuck) {
            problems.add("what was copied could not be deleted: " + BackupException.reason(stuck));
        }
        return problems;
    }
}
