package org.agentos.federation.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * Measures one work on one server: a warm-up that is thrown away, then repetitions.
 *
 * @param vertx of the load client
 * @param warmUp at least 4 s, or the JVM of the server is measured instead
 */
record Meter(Vertx vertx, Duration warmUp, Duration stretch, int repetitions) implements AutoCloseable {
    /** Warm-ups one after the other. */
    private static final int LOW_RATE = 3;

    /** By the system properties {@code bench.warm-up-seconds}, {@code bench.seconds} and {@code bench.repetitions}. */
    static Meter bySystemProperties() {
        return new Meter(
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)),
                Duration.ofSeconds(Integer.getInteger("bench.warm-up-seconds", 30)),
                Duration.ofSeconds(Integer.getInteger("bench.seconds", 4)),
                Integer.getInteger("bench.repetitions", 3));
    }

    /** For works of a low rate: the JVM compiles by the number of calls, so that it takes them longer to be warm. */
    Meter atLowRate() {
        return new Meter(vertx, warmUp.multipliedBy(LOW_RATE), stretch, repetitions);
    }

    /** Something that can be kept up for a time. */
    @FunctionalInterface
    interface Work {
        Load.Stretch run(Duration time) throws Exception;
    }

    /** Requests in a closed loop. */
    Figure closedLoop(
            String work,
            Server server,
            String unit,
            ToDoubleFunction<Load.Stretch> value,
            int clients,
            IntFunction<Supplier<Buffer>> requests)
            throws Exception {
        try (Load load = new Load(vertx, server.url(), clients, requests)) {
            return measure(work, server, unit, value, load::run);
        }
    }

    Figure measure(String work, Server server, String unit, ToDoubleFunction<Load.Stretch> value, Work running)
            throws Exception {
        System.err.println(work + ", " + server.name());
        running.run(warmUp);
        double[] values = new double[repetitions];
        Histogram all = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
        Duration before = server.cpu();
        for (int i = 0; i < repetitions; i++) {
            Load.Stretch result = running.run(stretch);
            values[i] = value.applyAsDouble(result);
            all.add(result.nanos());
        }
        double cpuMicros = server.cpu().minus(before).toNanos() / 1e3 / all.getTotalCount();
        return new Figure(work, server.name(), unit, values, cpuMicros, all);
    }

    @Override
    public void close() {
        vertx.close();
    }
}
