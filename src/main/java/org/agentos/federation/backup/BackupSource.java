package org.agentos.federation.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A backup that was found to be whole: every file its manifest names, as it was written. */
final class BackupSource {
    /** Of the problems of a backup, the first: a copy that lacks a thousand files need not tell them all. */
    private static final int MOST_PROBLEMS = 20;

    private final Path directory;
    private final Manifest manifest;

    private BackupSource(Path directory, Manifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /** Reads the manifest and every file. @throws BackupException with what is missing or changed */
    static BackupSource verify(Path directory) throws BackupException {
        BackupSource source = new BackupSource(directory, ManifestFile.read(directory));
        List<String> problems = new ArrayList<>();
        for (Manifest.Entry entry : source.manifest.files()) {
            source.check(entry, problems);
            if (problems.size() == MOST_PROBLEMS) {
                problems.add("and perhaps more");
                break;
            }
        }
        if (!problems.isEmpty()) {
            throw new BackupException(problems);
        }
        return source;
    }

    private void check(Manifest.Entry entry, List<String> problems) {
        if (!Layout.isFileOfBackup(entry.path())) {
            problems.add("the manifest names " + entry.path() + ", which is no file of a backup");
            return;
        }
        Path file = directory.resolve(entry.path());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            problems.add(file + " is missing");
        } else {
            compare(file, entry, problems);
        }
    }

    private static void compare(Path file, Manifest.Entry entry, List<String> problems) {
        try {
            if (Files.size(file) != entry.bytes()) {
                problems.add(file + " has " + Files.size(file) + " bytes, not " + entry.bytes());
            } else if (!Sha256.of(file).equals(entry.sha256())) {
                problems.add(file + " is not as it was written");
            }
        } catch (IOException unreadable) {
            problems.add(file + " cannot be read: " + BackupException.reason(unreadable));
        }
    }

    Manifest manifest() {
        return manifest;
    }

    /** Copies the files below one folder of the backup to another place, durably, and compares them once more. */
    void copy(String folder, Path to, UnaryOperator<String> rename) throws IOException {
        for (Manifest.Entry entry : manifest.files()) {
            Path path = Path.of(entry.path());
            if (path.startsWith(folder)) {
                Path copied = to.resolve(
                        rename.apply(path.subpath(1, path.getNameCount()).toString()));
                Files.createDirectories(copied.getParent());
                copy(entry, copied);
            }
        }
        Disk.forceTree(to);
    }

    private void copy(Manifest.Entry entry, Path copied) throws IOException {
        try (OutputStream out = Files.newOutputStream(copied)) {
            if (!Sha256.copy(directory.resolve(entry.path()), out).equals(entry.sha256())) {
                throw new IOException(directory.resolve(entry.path()) + " has changed since it was verified");
            }
        }
    }
}
