package org.agentos.federation.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agentos.federation.backup.Backup;
import org.agentos.federation.backup.Restore;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.settings.EventLogSettings;

/** A real log that is open, and can be put back to what it was. */
final class RestorableLog {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path directory;
    private final Path data;
    private final Path index;
    private final EventLogSettings settings;
    private RocksEventLog log;

    RestorableLog(Path directory) {
        this.directory = directory;
        this.data = directory.resolve("data");
        this.index = data.resolve("forward-index.json");
        this.settings = new EventLogSettings(data.resolve("event-log"), 1 << 20, 10_000, 1 << 20, 1 << 20, 0, false);
        open();
    }

    private void open() {
        log = RocksEventLog.open(settings, CLOCK, RANDOM);
    }

    RocksEventLog log() {
        return log;
    }

    Verdict store(IncomingEvent event) throws Exception {
        return log.append(Gateway.PUSHED, List.of(event))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .get(0);
    }

    /** Copies the files while the log is closed. */
    void copy(String name) throws IOException {
        log.close();
        copyTree(settings.directory(), directory.resolve(name));
        open();
    }

    void putBack(String name) throws IOException {
        log.close();
        delete(settings.directory());
        copyTree(directory.resolve(name), settings.directory());
        open();
    }

    void backUp(String name) throws Exception {
        new Backup(log, new ForwardFiles(index, CLOCK)::copyTo, data, "test", CLOCK).make(directory.resolve(name));
    }

    void restore(String name) throws Exception {
        log.close();
        new Restore(settings, index, CLOCK, RANDOM).from(directory.resolve(name), true, List::of);
        open();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                boolean ofProcess = from.relativize(path).startsWith("native");
                if (!ofProcess) {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                }
            }
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
