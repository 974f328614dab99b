package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.eventlog.store.Retention;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers at every place of a run that grows and is trimmed at once: each event is read or told to be missing. */
class TrimmedReadersTest {
    private static final int EVENTS = 3000;
    private static final int READERS = 4;
    private static final int SLICE_BYTES = 700;

    /** So small that readers mostly read the disk. */
    private static final int TAIL_BYTES = 2000;

    private static final RunKey RUN = Gateway.RUN;

    @TempDir
    Path directory;

    private final AtomicLong gaps = new AtomicLong();

    @Test
    void shouldTellEveryReaderExactlyWhatItMisses() throws Exception {
        // Given
        EventLogSettings settings =
                new EventLogSettings(directory, 8 << 20, 10_000, TAIL_BYTES, 1 << 20, 16 << 20, false);
        RetentionSettings windows = new RetentionSettings(
                new RetentionWindow(Duration.ofDays(1), 0, 20),
                Map.of(),
                Duration.ofDays(1),
                Duration.ofDays(1),
                Duration.ofMillis(1));
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try (RocksEventLog log = RocksEventLog.open(settings, Clock.systemUTC(), new SecureRandom());
                Retention retention = log.retention(windows, Clock.systemUTC())) {
            append(log, 1, 1);
            retention.start();

            // When
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> readOverAndOver(log)));
            }
            for (int first = 2; first <= EVENTS; first += 3) {
                append(log, first, Math.min(first + 2, EVENTS));
            }

            // Then
            for (Future<?> reader : readers) {
                reader.get(60, TimeUnit.SECONDS);
            }
            assertThat(gaps).hasPositiveValue();
            assertThat(log.removed().trimmedEvents()).isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    /** From the beginning to the end as it is then, until the end is the last one. */
    private void readOverAndOver(RocksEventLog log) {
        RunReader reader = RunReader.of(log, RUN, log.find(RUN), CursorCodec.of(log), SLICE_BYTES);
        long reached = 0;
        while (reached < EVENTS) {
            Cursor at = Cursor.START;
            for (Slice slice = reader.read(at); !slice.events().isEmpty(); slice = reader.read(at)) {
                at = follow(at, slice);
            }
            reached = at.position().sequence();
        }
    }

    private Cursor follow(Cursor at, Slice slice) {
        long next = at.position().sequence() + 1;
        if (slice.trimmed().isPresent()) {
            long firstKept = slice.events().get(0).position().sequence();
            assertThat(slice.trimmed().get().missing()).containsExactly(next, firstKept - 1);
            next = firstKept;
            gaps.incrementAndGet();
        }
        for (StoredEvent event : slice.events()) {
            assertThat(event.position().sequence()).isEqualTo(next++);
        }
        return slice.upTo();
    }

    private static void append(RocksEventLog log, long first, long last) throws Exception {
        List<IncomingEvent> events = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            events.add(Gateway.event(sequence, "evt_" + sequence, "agentos.step.done"));
        }
        CompletableFuture<?> stored = log.append(Gateway.PUSHED, events).toCompletableFuture();
        stored.get(20, TimeUnit.SECONDS);
    }
}
