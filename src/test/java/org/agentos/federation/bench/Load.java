package org.agentos.federation.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** A closed loop: so many connections, each with one request under way at any time, all on one event loop. */
final class Load implements AutoCloseable {
    /** What one stretch of load came to; times in nanoseconds. */
    record Stretch(double answersPerSecond, double bytesPerSecond, Histogram nanos) {
        double p50Millis() {
            return nanos.getValueAtPercentile(50) / 1e6;
        }
    }

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long GRACE_SECONDS = 60;

    private final Context loop;
    private final NetClient client;
    private final URI server;
    private final IntFunction<Supplier<Buffer>> requests;
    private final int clients;
    private final IntPredicate expected;
    private final List<WireClient> connections = new ArrayList<>();
    private final List<Supplier<Buffer>> sources = new ArrayList<>();
    private final List<Started> startedAt = new ArrayList<>();

    private Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private long bytes;
    private long begun;
    private long until;
    private int underWay;
    private CompletableFuture<Stretch> stretch = new CompletableFuture<>();

    /** {@code requests} gives the source of requests of the connection with that number; each is to be answered 200. */
    Load(Vertx vertx, URI server, int clients, IntFunction<Supplier<Buffer>> requests) throws Exception {
        this(vertx, server, clients, requests, status -> status == 200);
    }

    /** {@code expected} are the statuses of answers that are what the work is about; any other ends the benchmark. */
    Load(Vertx vertx, URI server, int clients, IntFunction<Supplier<Buffer>> requests, IntPredicate expected)
            throws Exception {
        this.loop = vertx.getOrCreateContext();
        this.client = vertx.createNetClient();
        this.server = server;
        this.clients = clients;
        this.requests = requests;
        this.expected = expected;
        CompletableFuture<Void> connected = new CompletableFuture<>();
        loop.runOnContext(v -> connect(0, connected));
        connected.get(GRACE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Keeps the load up for a time and says what came of it; in no time at all each connection sends one request.
     * Connections live on between stretches.
     */
    Stretch run(Duration time) throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Stretch> result = new CompletableFuture<>();
        loop.runOnContext(v -> begin(time, result));
        return result.get(time.toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
    }

    private void connect(int number, CompletableFuture<Void> connected) {
        if (number == clients) {
            connected.complete(null);
            return;
        }
        client.connect(server.getPort(), server.getHost())
                .onSuccess(socket -> {
                    add(socket, number);
                    connect(number + 1, connected);
                })
                .onFailure(connected::completeExceptionally);
    }

    private void add(NetSocket socket, int number) {
        Started started = new Started(number);
        connections.add(new WireClient(socket, (client, status) -> answered(client, status, started)));
        sources.add(requests.apply(number));
        startedAt.add(started);
    }

    /** When the request under way on a connection was sent. */
    private static final class Started {
        private final int number;
        private long nanos;

        private Started(int number) {
            this.number = number;
        }
    }

    private void begin(Duration time, CompletableFuture<Stretch> result) {
        stretch = result;
        nanos = new Histogram(LONGEST_NANOS, 3);
        bytes = 0;
        begun = System.nanoTime();
        until = begun + time.toNanos();
        underWay = clients;
        for (Started started : startedAt) {
            next(started);
        }
    }

    private void next(Started started) {
        Buffer request = sources.get(started.number).get();
        started.nanos = System.nanoTime();
        connections.get(started.number).send(request);
    }

    private void answered(WireClient client, int status, Started started) {
        long now = System.nanoTime();
        if (!expected.test(status)) {
            stretch.completeExceptionally(new IllegalStateException(server + " answered " + status));
            return;
        }
        nanos.recordValue(Math.min(LONGEST_NANOS, now - started.nanos));
        bytes += client.received();
        if (now < until) {
            next(started);
        } else if (--underWay == 0) {
            double seconds = (now - begun) / 1e9;
            stretch.complete(new Stretch(nanos.getTotalCount() / seconds, bytes / seconds, nanos));
        }
    }

    @Override
    public void close() {
        loop.runOnContext(v -> connections.forEach(WireClient::close));
    }
}
