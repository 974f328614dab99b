package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.settings.EventLogSettings;

/**
 * Measures the event log against a bare file that is appended to and fsynced in groups, in the same run: events a second
 * at {@value #CALLERS} callers, and replay in MB/s. Not a test; run its main with a directory on the disk in question.
 */
final class EventLogBenchmark {
    private static final int CALLERS = 64;
    private static final int EVENT_BYTES = 400;
    private static final long WARM_NANOS = 3_000_000_000L;
    private static final long MEASURED_NANOS = 4_000_000_000L;
    private static final int REPLAYED = 20_000;

    private EventLogBenchmark() {}

    /** What is measured: appends a batch and returns when it is durable. */
    private interface Appender {
        void append(RunKey run, long firstSequence, int events);
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "event-log-benchmark");
        try (RocksEventLog log = EventLogs.open(new EventLogSettings(
                        directory.resolve("log"), 256L << 20, 8_000_000, 64L << 20, 64L << 20, 16 << 20, false));
                BareFile file = new BareFile(directory.resolve("bare"))) {
            for (int batch : new int[] {1, 10, 100}) {
                double bare = eventsPerSecond(file, batch, "bare" + batch);
                double stored = eventsPerSecond(
                        (run, first, n) -> log.append(EventLogs.from(Origin.PUSHED), events(run, first, n))
                                .toCompletableFuture()
                                .join(),
                        batch,
                        "run" + batch);
                print(
                        "batch %d: log %.0f events/s, bare file %.0f events/s, ratio %.2f",
                        batch, stored, bare, stored / bare);
            }
            replay(log);
        }
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static double eventsPerSecond(Appender appender, int batch, String name) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long start = System.nanoTime();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            RunKey run = new RunKey("tnt_bench", name + "_" + i);
            Thread caller = new Thread(() -> {
                for (long first = 1; System.nanoTime() - start < WARM_NANOS + MEASURED_NANOS; first += batch) {
                    appender.append(run, first, batch);
                    if (System.nanoTime() - start > WARM_NANOS) {
                        done.addAndGet(batch);
                    }
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        return done.get() / (MEASURED_NANOS / 1e9);
    }

    private static List<IncomingEvent> events(RunKey run, long first, int count) {
        List<IncomingEvent> events = new ArrayList<>(count);
        for (long sequence = first; sequence < first + count; sequence++) {
            String id = run.runId() + "_evt_" + sequence;
            StringBuilder json = new StringBuilder(EVENT_BYTES)
                    .append("{\"event\":{\"event_id\":\"")
                    .append(id)
                    .append("\",\"sequence\":")
                    .append(sequence)
                    .append(",\"payload\":\"");
            for (int i = 0; json.length() < EVENT_BYTES - 3; i++) {
                json.append((char) ('a' + (sequence * 31 + i * 7L + (long) i * i) % 26));
            }
            events.add(new IncomingEvent(
                    run,
                    id,
                    sequence,
                    "agentos.step",
                    EventLogs.slice(json.append("\"}}").toString())));
        }
        return events;
    }

    private static void replay(RocksEventLog log) {
        RunKey run = new RunKey("tnt_bench", "replay");
        for (long first = 1; first < REPLAYED; first += 100) {
            log.append(EventLogs.from(Origin.PUSHED), events(run, first, 100))
                    .toCompletableFuture()
                    .join();
        }
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            long bytes = 0;
            for (int i = 0; i < 20; i++) {
                bytes += readAll(log, run);
            }
            print("replay of %d events: %.0f MB/s", REPLAYED, bytes / 1e6 / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static long readAll(RocksEventLog log, RunKey run) {
        long bytes = 0;
        Position after = Position.START;
        LogPage page = new LogPage(List.of(), true);
        while (page.more()) {
            page = log.read(run, after, 1000, 1 << 20);
            for (StoredEvent event : page.events()) {
                bytes += event.envelope().length();
                after = event.position();
            }
        }
        return bytes;
    }

    /** The least that durable appending can be: one thread writes what has come and forces it. */
    private static final class BareFile implements Appender, AutoCloseable {
        private record Write(ByteBuffer bytes, CompletableFuture<Void> durable) {}

        private final FileChannel file;
        private final LinkedBlockingQueue<Write> queue = new LinkedBlockingQueue<>();

        BareFile(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Thread writer = new Thread(this::write, "bare-file");
            writer.setDaemon(true);
            writer.start();
        }

        @Override
        public void append(RunKey run, long first, int count) {
            ByteBuffer bytes = ByteBuffer.allocate(count * (EVENT_BYTES + 16));
            events(run, first, count)
                    .forEach(event -> bytes.put(event.envelope().array()));
            Write write = new Write(bytes.flip(), new CompletableFuture<>());
            queue.add(write);
            write.durable().join();
        }

        private void write() {
            List<Write> taken = new ArrayList<>();
            try {
                while (true) {
                    taken.add(queue.take());
                    queue.drainTo(taken);
                    ByteBuffer[] buffers = taken.stream().map(Write::bytes).toArray(ByteBuffer[]::new);
                    while (buffers[buffers.length - 1].hasRemaining()) {
                        file.write(buffers);
                    }
                    file.force(false);
                    taken.forEach(write -> write.durable().complete(null));
                    taken.clear();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
