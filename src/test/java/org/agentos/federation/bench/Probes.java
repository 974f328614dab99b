package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Kinds of requests sent in turn at a steady pace, however long the answers take, each on a connection of its own. Timed
 * from when it was due to the end of its answer.
 */
final class Probes implements AutoCloseable {
    /** Under way at once; what is due beyond that waits, and its wait counts. */
    private static final int UNDER_WAY = 200;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Sent(String kind, Future<Long> nanos) {}

    private final URI server;
    private final int perSecond;
    private final Map<String, Supplier<Buffer>> kinds;
    private final ExecutorService threads = Executors.newFixedThreadPool(UNDER_WAY);

    /** @param perSecond requests of all kinds together */
    Probes(URI server, int perSecond, Map<String, Supplier<Buffer>> kinds) {
        this.server = server;
        this.perSecond = perSecond;
        this.kinds = kinds;
    }

    /** Sends for so long and says how many nanoseconds the requests of each kind took. */
    Map<String, Histogram> run(Duration time) throws Exception {
        List<String> turns = List.copyOf(kinds.keySet());
        List<Sent> sent = new ArrayList<>();
        long begun = System.nanoTime();
        for (long i = 0; i < time.toSeconds() * perSecond; i++) {
            long due = begun + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            LockSupport.parkNanos(due - System.nanoTime());
            String kind = turns.get((int) (i % turns.size()));
            byte[] request = Exchange.closing(kinds.get(kind).get());
            sent.add(new Sent(kind, threads.submit(() -> {
                Exchange.complete(server, request);
                return System.nanoTime() - due;
            })));
        }
        Map<String, Histogram> nanos = new LinkedHashMap<>();
        for (Sent one : sent) {
            nanos.computeIfAbsent(one.kind, first -> new Histogram(LONGEST_NANOS, 3))
                    .recordValue(Math.max(0, Math.min(LONGEST_NANOS, one.nanos.get())));
        }
        return nanos;
    }

    /** Stretches one after the other, as one figure for each kind: the longest that one took, and all times together. */
    List<Figure> worst(String work, String server, int repetitions, Duration stretch) throws Exception {
        Map<String, Histogram> all = new LinkedHashMap<>();
        Map<String, double[]> worst = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            int repetition = i;
            run(stretch).forEach((kind, nanos) -> {
                all.computeIfAbsent(kind, first -> new Histogram(LONGEST_NANOS, 3))
                        .add(nanos);
                worst.computeIfAbsent(kind, first -> new double[repetitions])[repetition] = nanos.getMaxValue() / 1e6;
            });
        }
        List<Figure> figures = new ArrayList<>();
        all.forEach(
                (kind, nanos) -> figures.add(Figure.timed(work + ", worst " + kind, server, worst.get(kind), nanos)));
        return figures;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
