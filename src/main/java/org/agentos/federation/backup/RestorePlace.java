package org.agentos.federation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;

/**
 * A folder in which restored entries take the place of old ones. All moves are renames within the folder, each of them
 * done at once or not at all.
 */
final class RestorePlace {
    private final Path folder;
    private final Path staging;
    private final Predicate<String> isData;

    /**
     * @param staging the name of a folder in it, for what is not in its place yet
     * @param isData tells by its name whether an entry is to be replaced; the others are not touched
     */
    RestorePlace(Path folder, String staging, Predicate<String> isData) {
        this.folder = folder;
        this.staging = folder.resolve(staging);
        this.isData = isData;
    }

    Path staging() {
        return staging;
    }

    boolean isOccupied() throws IOException {
        return Files.isDirectory(folder) && !data(folder).isEmpty();
    }

    /** An empty folder for what is to come; what an earlier restore left there goes. */
    void beginStaging() throws IOException {
        Disk.delete(staging);
        Files.createDirectories(staging);
    }

    void endStaging() throws IOException {
        Disk.delete(staging);
    }

    /** Moves what is there into a folder of that name, in which an earlier try may have put some already. */
    void setAside(String name) throws IOException {
        List<Path> old = data(folder);
        if (old.isEmpty()) {
            return;
        }
        Path aside = folder.resolve(name);
        Files.createDirectories(aside);
        for (Path entry : old) {
            Files.move(entry, aside.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Disk.force(aside);
        Disk.force(folder);
    }

    /** Puts the staged entries in place; those that an earlier try put there go. */
    void place() throws IOException {
        for (Path earlier : data(folder)) {
            Disk.delete(earlier);
        }
        for (Path entry : data(staging)) {
            Files.move(entry, folder.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Disk.force(folder);
    }

    private List<Path> data(Path in) throws IOException {
        return Disk.entries(in).stream()
                .filter(entry -> isData.test(entry.getFileName().toString()))
                .toList();
    }
}
