package org.agentos.federation.backup;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.settings.EventLogSettings;

/** Small real logs of one run, whose envelopes are their events' ids. */
final class Logs {
    static final RunKey RUN = new RunKey("tnt_a", "run_1");

    private Logs() {}

    static EventLogSettings settings(Path directory) {
        return new EventLogSettings(directory, 1 << 20, 10_000, 1 << 20, 1 << 20, 0, false);
    }

    static RocksEventLog open(Path directory) {
        return RocksEventLog.open(settings(directory), InstantSource.system(), new SecureRandom());
    }

    /** Stores an event of a sequence, 0 = none. */
    static Verdict store(RocksEventLog log, long sequence, String id) throws Exception {
        IncomingEvent event =
                new IncomingEvent(RUN, id, sequence, "agentos.step", ByteSlice.of(id.getBytes(StandardCharsets.UTF_8)));
        return log.append(new Source(Origin.PUSHED, Optional.empty()), List.of(event))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .get(0);
    }

    static List<String> ids(RocksEventLog log) {
        return log.read(RUN, Position.START, 1000, 1 << 20).events().stream()
                .map(event -> event.envelope().toString())
                .toList();
    }
}
