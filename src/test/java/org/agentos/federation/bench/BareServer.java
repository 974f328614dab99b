package org.agentos.federation.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of its own: the baselines, each a bare Vert.x handler that does the least its work allows, and the peer that
 * forwards go to. Arguments: the port and the file that {@code /append} writes.
 */
public final class BareServer extends AbstractVerticle {
    private static final Buffer ANSWER = Buffer.buffer(
            "{\"accepted\":1,\"rejected\":0,\"correlation_id\":\"cor_1234567890123456\",\"duplicates\":0,\"failed\":0}");
    private static final AtomicLong RUNS = new AtomicLong();
    /** Of readers, and of the gateway as a reader of the peer: one of each for every event loop. */
    private static final List<OpenStreams> READERS = new CopyOnWriteArrayList<>();

    private static final List<OpenStreams> UPSTREAMS = new CopyOnWriteArrayList<>();

    private final int port;
    private final GroupFile file;
    private HttpClient peer;
    private OpenStreams readers;
    private OpenStreams upstreams;

    private BareServer(int port, GroupFile file) {
        this.port = port;
        this.file = file;
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        GroupFile file = new GroupFile(Path.of(args[1]));
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops))
                .deployVerticle(() -> new BareServer(port, file), new DeploymentOptions().setInstances(loops))
                .onSuccess(id -> System.out.println("ready"))
                .onFailure(Throwable::printStackTrace);
    }

    @Override
    public void start(io.vertx.core.Promise<Void> started) {
        readers = new OpenStreams(vertx.getOrCreateContext());
        upstreams = new OpenStreams(vertx.getOrCreateContext());
        READERS.add(readers);
        UPSTREAMS.add(upstreams);
        peer = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port)
                .setMaxPoolSize(256));
        vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/answer" -> request.body().onSuccess(body -> answer(request, ANSWER));
            case "/append" -> request.body().onSuccess(body -> append(request, body));
            case "/proxy" -> request.body().onSuccess(body -> proxy(request, body));
            case "/frames" -> frames(request, Integer.parseInt(request.getParam("count")));
            case "/live/events" -> readers.add(stream(request));
            case "/live/count" -> answer(request, count(READERS));
            case "/upstream/count" -> answer(request, count(UPSTREAMS));
            case "/live/publish" -> request.body().onSuccess(body -> publish(request, body));
            default -> peer(request);
        }
    }

    /** In the part of the peer: runs whose streams say nothing, and everything else starts one. */
    private void peer(HttpServerRequest request) {
        if (request.path().endsWith("/events")) {
            upstreams.add(stream(request));
        } else {
            request.body().onSuccess(body -> answer(request, startedRun()));
        }
    }

    private static Buffer count(List<OpenStreams> streams) {
        return Buffer.buffer(
                Integer.toString(streams.stream().mapToInt(OpenStreams::count).sum()));
    }

    private static Buffer startedRun() {
        String run = "run_bench_" + RUNS.incrementAndGet();
        return Buffer.buffer("{\"run\":{\"run_id\":\"" + run + "\",\"events_url\":\"/v1/runs/" + run
                + "/events\",\"status\":\"queued\"}}");
    }

    private static void answer(HttpServerRequest request, Buffer body) {
        request.response().putHeader("Content-Type", "application/json").end(body);
    }

    private void append(HttpServerRequest request, Buffer body) {
        Context loop = vertx.getOrCreateContext();
        file.append(body.getBytes(), () -> loop.runOnContext(v -> answer(request, ANSWER)));
    }

    private void proxy(HttpServerRequest request, Buffer body) {
        peer.request(HttpMethod.POST, "/v1/agents/agt_1/runs")
                .compose(call -> call.send(body))
                .compose(response -> response.body())
                .onSuccess(run -> answer(request, run))
                .onFailure(e -> request.response().setStatusCode(502).end());
    }

    private static HttpServerResponse stream(HttpServerRequest request) {
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        response.write("retry: 2000\n\n");
        return response;
    }

    private void publish(HttpServerRequest request, Buffer body) {
        Context loop = vertx.getOrCreateContext();
        Buffer frame = Buffer.buffer("event: agentos.event\nid: 1\ndata: ")
                .appendBuffer(body)
                .appendString("\n\n");
        file.append(body.getBytes(), () -> {
            READERS.forEach(streams -> streams.write(frame));
            loop.runOnContext(v -> answer(request, ANSWER));
        });
    }

    private static void frames(HttpServerRequest request, int count) {
        send(stream(request), count);
    }

    /** Writes ready frames as fast as the client takes them. */
    private static void send(HttpServerResponse response, int left) {
        int remaining = left;
        while (remaining > 0 && !response.writeQueueFull()) {
            int now = Math.min(remaining, FramesHolder.FRAMES_A_WRITE);
            response.write(FramesHolder.READY.slice(0, now * FramesHolder.FRAME_BYTES));
            remaining -= now;
        }
        int rest = remaining;
        if (rest > 0) {
            response.drainHandler(v -> send(response, rest));
        } else {
            response.end();
        }
    }

    /** Frames as the gateway sends them, made once. */
    private static final class FramesHolder {
        static final int FRAMES_A_WRITE = 100;
        static final int FRAME_BYTES;
        static final Buffer READY;

        static {
            String frame = "event: agentos.event\nid: " + "c".repeat(60) + "\ndata: "
                    + Bodies.envelope("run_bench", 1_000_000_001L) + "\n\n";
            FRAME_BYTES = frame.length();
            READY = Buffer.buffer(frame.repeat(FRAMES_A_WRITE));
        }
    }
}
