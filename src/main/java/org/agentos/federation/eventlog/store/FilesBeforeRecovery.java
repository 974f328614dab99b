package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hard links to the database's files as they were found. Opening it throws away what stands behind a damaged place of
 * the write-ahead log; the links keep that for an operator to save, should the opened log be refused. They cost no
 * space while the files live, and go as soon as the log is found whole.
 */
final class FilesBeforeRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(FilesBeforeRecovery.class);

    private final Path database;
    private final Path links;

    FilesBeforeRecovery(Path database, Path links) {
        this.database = database;
        this.links = links;
    }

    /** Makes the links, unless a refused start has left its own: those show the first damage. */
    void keep() {
        if (Files.exists(links) || !Files.isDirectory(database)) {
            return;
        }
        try {
            Path unfinished = links.resolveSibling(links.getFileName() + ".unfinished");
            delete(unfinished);
            Files.createDirectory(unfinished);
            for (Path file : filesOf(database)) {
                Files.createLink(unfinished.resolve(file.getFileName()), file);
            }
            Files.move(unfinished, links);
        } catch (IOException | UnsupportedOperationException noLinks) {
            LOG.warn("event log files not kept before recovery path={} cause={}", links, noLinks.toString());
        }
    }

    /** Sets the links aside under a name of their own, for a loss that was accepted. */
    Path setAside(long nowMillis) throws IOException {
        Path aside = links.resolveSibling("before-accepted-loss-" + nowMillis);
        return Files.exists(links) ? Files.move(links, aside) : links;
    }

    void drop() throws IOException {
        delete(links);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        for (Path file : filesOf(folder)) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
