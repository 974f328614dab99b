package org.agentos.federation.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Open event streams whose events say when they were sent; counts and times them as they arrive, on one event loop. */
final class Arrivals implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final HttpClient client;
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private volatile Histogram nanos = new Histogram(LONGEST_NANOS, 3);

    /** @param vertx with one event loop */
    private Arrivals(Vertx vertx, int streams) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(streams));
    }

    /** Opens these streams and returns when all are open. */
    static Arrivals open(Vertx vertx, URI server, List<String> paths) throws Exception {
        Arrivals arrivals = new Arrivals(vertx, paths.size());
        for (String path : paths) {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            arrivals.open(server, path, opened);
            opened.get(GRACE.toSeconds(), TimeUnit.SECONDS);
        }
        return arrivals;
    }

    private void open(URI server, String path, CompletableFuture<Void> opened) {
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(server.getHost())
                        .setPort(server.getPort())
                        .setURI(path)
                        .putHeader("X-Tenant-Id", Bodies.TENANT))
                .compose(request -> request.send())
                .onSuccess(stream -> {
                    read(stream, path);
                    opened.complete(null);
                })
                .onFailure(opened::completeExceptionally);
    }

    private void read(HttpClientResponse stream, String path) {
        StampReader reader = new StampReader(sent -> nanos.recordValue(within(System.nanoTime() - sent)));
        stream.handler(reader::read);
        stream.exceptionHandler(broken::completeExceptionally);
        stream.endHandler(end -> broken.completeExceptionally(
                new IllegalStateException(path + " answered " + stream.statusCode() + " and ended")));
    }

    private static long within(long nanos) {
        return Math.max(0, Math.min(LONGEST_NANOS, nanos));
    }

    /** What has arrived since the last call, or since they were opened. */
    Histogram take() throws Exception {
        if (broken.isDone()) {
            broken.get();
        }
        CompletableFuture<Histogram> taken = new CompletableFuture<>();
        vertx.runOnContext(on -> {
            taken.complete(nanos);
            nanos = new Histogram(LONGEST_NANOS, 3);
        });
        return taken.get(GRACE.toSeconds(), TimeUnit.SECONDS);
    }

    /** What has arrived since the last call once it is so many events. */
    Histogram take(long events) throws Exception {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (nanos.getTotalCount() < events) {
            if (broken.isDone() || System.nanoTime() > deadline) {
                throw new IllegalStateException(nanos.getTotalCount() + " of " + events + " events arrived", failure());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return take();
    }

    private Throwable failure() {
        return broken.handle((none, failure) -> failure).getNow(null);
    }

    /** Leaves all streams. */
    @Override
    public void close() {
        client.close();
    }
}
