package org.agentos.federation.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.bench.PeerStreams.PeerStream;

/**
 * The bare server in the part of a peer: it starts runs, and their streams say nothing unless it is told to send. The
 * first segment of a peer's base URL makes it another peer. One for each event loop; what it counts is that of all.
 */
final class BarePeer {
    /** Of a peer that answers every call 503. */
    static final String FAILING = "/failing";
    /** Of a peer that takes calls and never answers. */
    static final String HANGING = "/hanging";
    /** Of a peer whose streams bring events as fast as they are read. */
    static final String FLOODING = "/flooding";

    /** As often as the gateway itself says that a stream is alive. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private static final int FRAMES_A_WRITE = 16;
    private static final Buffer REFUSAL =
            Buffer.buffer("{\"error\":{\"code\":\"unavailable\",\"message\":\"out of order\",\"retryable\":true}}");

    private static final AtomicLong CALLS = new AtomicLong();
    private static final PeerStreams STREAMS = new PeerStreams();

    private final Vertx vertx;

    BarePeer(Vertx vertx) {
        this.vertx = vertx;
    }

    /** For one of all to be told. */
    static void beginHeartbeats(Vertx vertx) {
        vertx.setPeriodic(HEARTBEAT_MILLIS, tick -> STREAMS.heartbeat());
    }

    void handle(HttpServerRequest request) {
        String path = request.path();
        switch (path) {
            case "/upstream/count" -> BareServer.answer(request, BareServer.number(STREAMS.count()));
            case "/peer/calls" -> BareServer.answer(request, BareServer.number(CALLS.get()));
            case "/peer/send" -> send(request, number(request, "per-second"), number(request, "seconds"));
            default -> {
                if (path.endsWith("/events")) {
                    stream(request, path);
                } else {
                    call(request, path);
                }
            }
        }
    }

    private static void call(HttpServerRequest request, String path) {
        long call = request.method().equals(HttpMethod.POST) ? CALLS.incrementAndGet() : CALLS.get();
        if (path.startsWith(FAILING)) {
            request.body()
                    .onSuccess(body -> BareServer.answer(request.response().setStatusCode(503), REFUSAL));
        } else if (!path.startsWith(HANGING)) {
            request.body().onSuccess(body -> BareServer.answer(request, startedRun("run_bench_" + call)));
        }
    }

    private static Buffer startedRun(String run) {
        return Buffer.buffer("{\"run\":{\"run_id\":\"" + run + "\",\"events_url\":\"/v1/runs/" + run
                + "/events\",\"status\":\"queued\"}}");
    }

    private void stream(HttpServerRequest request, String path) {
        HttpServerResponse response = BareServer.stream(request);
        String[] segments = path.split("/", -1);
        PeerStream stream = STREAMS.add(segments[segments.length - 2], response, vertx.getOrCreateContext());
        if (path.startsWith(FLOODING)) {
            flood(stream);
        }
    }

    private static void flood(PeerStream stream) {
        while (!stream.response().writeQueueFull()) {
            stream.response().write(stream.frames().next(FRAMES_A_WRITE, System.nanoTime()));
        }
        stream.response().drainHandler(drained -> flood(stream));
    }

    /** Sends events at a steady pace to the open streams in turn, then answers how many. */
    private void send(HttpServerRequest request, int perSecond, int seconds) {
        PeerStream[] streams = STREAMS.all().toArray(PeerStream[]::new);
        long begun = System.nanoTime();
        int[] sent = {0};
        vertx.setPeriodic(Math.max(1, 1000 / perSecond), timer -> {
            long due = (System.nanoTime() - begun) * perSecond / TimeUnit.SECONDS.toNanos(1);
            for (; sent[0] < Math.min(due, (long) perSecond * seconds); sent[0]++) {
                streams[sent[0] % streams.length].sendOne();
            }
            if (sent[0] == perSecond * seconds) {
                vertx.cancelTimer(timer);
                BareServer.answer(request, BareServer.number(sent[0]));
            }
        });
    }

    private static int number(HttpServerRequest request, String name) {
        return Integer.parseInt(request.getParam(name));
    }
}
