package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.agentos.federation.eventlog.EventLogOpenException;

/** The event log's directory, locked against a second process for as long as it is open. */
public final class LogDirectory implements AutoCloseable {
    private static final String DATABASE = "rocksdb";
    private static final String SYNCED_GROUPS = "synced-groups";
    private static final String KNOWN_MANIFEST = "known-manifest";
    private static final String BEFORE_RECOVERY = "before-recovery";
    private static final String UNFINISHED_RESTORE = "restore-unfinished";

    /** The entries that a log put in another's place must not find there; the rest is the lock and what was set aside. */
    private static final Set<String> DATA =
            Set.of(DATABASE, SYNCED_GROUPS, KNOWN_MANIFEST, BEFORE_RECOVERY, BEFORE_RECOVERY + ".unfinished");

    /** Who can read the log can make cursors and tickets: its keys are in it. */
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final FileChannel lockFile;

    private LogDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Locks the directory, which is made for its owner only if need be; one that is there keeps its permissions.
     *
     * @throws EventLogOpenException when it cannot be made or written, or another process has it
     */
    public static LogDirectory open(Path path) {
        try {
            Files.createDirectories(path, OWNER_ONLY);
            return lock(path);
        } catch (IOException unusable) {
            throw new EventLogOpenException(
                    "event log directory " + path + " cannot be created or written: " + unusable, unusable);
        }
    }

    private static LogDirectory lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new EventLogOpenException("event log directory " + path + " is in use by another process");
        }
        return new LogDirectory(path, channel);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    /** Whether an entry of this name is part of the log. */
    public static boolean isData(String name) {
        return DATA.contains(name);
    }

    /** A file that says that a restore was begun: while it is there, no log is opened in the directory. */
    public static Path unfinishedRestoreIn(Path path) {
        return path.resolve(UNFINISHED_RESTORE);
    }

    static boolean holdsLog(Path path) {
        return Files.exists(databaseIn(path)) || Files.exists(syncedGroupsIn(path));
    }

    static Path databaseIn(Path path) {
        return path.resolve(DATABASE);
    }

    static Path syncedGroupsIn(Path path) {
        return path.resolve(SYNCED_GROUPS);
    }

    Path path() {
        return path;
    }

    Path database() {
        return databaseIn(path);
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }

    Path syncedGroups() {
        return syncedGroupsIn(path);
    }

    Path knownManifest() {
        return path.resolve(KNOWN_MANIFEST);
    }

    /** Where the files as they were found are kept, when opening refuses what recovery made of them. */
    Path beforeRecovery() {
        return path.resolve(BEFORE_RECOVERY);
    }

    long usableBytes() {
        return path.toFile().getUsableSpace();
    }

    /** Makes created and renamed files of the directory durable. */
    void sync() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** @throws EventLogOpenException when a restore left off half way: what is here may be of two logs */
    void refuseUnfinishedRestore() {
        if (Files.exists(unfinishedRestoreIn(path))) {
            throw new EventLogOpenException("a restore into " + path
                    + " was begun and not finished; run `federation restore` again with the same backup");
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException alreadyGone) {
            throw new IllegalStateException("the lock of " + path + " cannot be released", alreadyGone);
        }
    }
}
