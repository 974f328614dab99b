package org.agentos.federation.eventlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The event log's directory, locked against a second process for as long as it is open. */
final class LogDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    private LogDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    static LogDirectory open(Path path) {
        try {
            Files.createDirectories(path);
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

    Path path() {
        return path;
    }

    Path database() {
        return path.resolve("rocksdb");
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }

    Path syncedGroups() {
        return path.resolve("synced-groups");
    }

    /** Where the files as they were found are kept, when opening refuses what recovery made of them. */
    Path beforeRecovery() {
        return path.resolve("before-recovery");
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

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException alreadyGone) {
            throw new IllegalStateException("the lock of " + path + " cannot be released", alreadyGone);
        }
    }
}
