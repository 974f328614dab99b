package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a trail's files. The file being written has the name that was configured; older ones have their number
 * after it, eight digits, so that names sort as the trail goes. The head stands beside them.
 */
record AuditFiles(Path active) {
    private static final int DIGITS = 8;

    AuditFiles(Path active) {
        this.active = active.toAbsolutePath().normalize();
    }

    /** The trail that a file is of, whichever of its files is named. */
    static AuditFiles around(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Matcher older = Pattern.compile("(.+)\\.[0-9]{" + DIGITS + "}")
                .matcher(absolute.getFileName().toString());
        return new AuditFiles(older.matches() ? absolute.resolveSibling(older.group(1)) : absolute);
    }

    Path head() {
        return beside("head");
    }

    /** The name of a file that is written no more. */
    Path older(int number) {
        return beside(String.format("%0" + DIGITS + "d", number));
    }

    /** The older files that are there, by number. */
    NavigableMap<Integer, Path> olderOnes() throws IOException {
        NavigableMap<Integer, Path> found = new TreeMap<>();
        Pattern name = Pattern.compile(Pattern.quote(active.getFileName().toString()) + "\\.([0-9]{" + DIGITS + "})");
        if (!Files.isDirectory(folder())) {
            return found;
        }
        try (Stream<Path> all = Files.list(folder())) {
            all.forEach(path -> {
                Matcher parts = name.matcher(path.getFileName().toString());
                if (parts.matches()) {
                    found.put(Integer.parseInt(parts.group(1)), path);
                }
            });
        }
        return found;
    }

    /** Names too have to reach the disk, or power loss takes a new file with all its lines. */
    void keepNames() throws IOException {
        try (FileChannel channel = FileChannel.open(folder(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    Path folder() {
        return active.getParent();
    }

    /** Makes the folder, for its owner alone, where there is none. */
    void makeFolder() throws IOException {
        Files.createDirectories(
                folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Opens a file of a trail; one that is not there is made for its owner alone. */
    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Lets those read the file that is written who may read the one before it: an operator's word outlasts a rotation. */
    void passOnPermissions(int before) throws IOException {
        if (Files.exists(older(before))) {
            Files.setPosixFilePermissions(active, Files.getPosixFilePermissions(older(before)));
        }
    }

    private Path beside(String end) {
        return active.resolveSibling(active.getFileName() + "." + end);
    }
}
