package org.agentos.federation.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
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

/**
 * A process of its own: the baselines, each a bare Vert.x handler that does the least its work allows, and the peer that
 * forwards go to. Arguments: the port, the file that {@code /append} writes, and the port of the peer that the proxy and
 * the relay call.
 */
public final class BareServer extends AbstractVerticle {
    private static final Buffer ANSWER = Buffer.buffer(
            "{\"accepted\":1,\"rejected\":0,\"correlation_id\":\"cor_1234567890123456\",\"duplicates\":0,\"failed\":0}");
    private static final int TO_PEER = 10_000;
    /** Of readers: one for every event loop. */
    private static final List<OpenStreams> READERS = new CopyOnWriteArrayList<>();

    private final int port;
    private final GroupFile file;
    private final int peerPort;
    private HttpClient client;
    private OpenStreams readers;
    private BarePeer peer;
    private Relay relay;

    private BareServer(int port, GroupFile file, int peerPort) {
        this.port = port;
        this.file = file;
        this.peerPort = peerPort;
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        GroupFile file = new GroupFile(Path.of(args[1]));
        int peerPort = Integer.parseInt(args[2]);
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        BarePeer.beginHeartbeats(vertx);
        vertx.deployVerticle(() -> new BareServer(port, file, peerPort), new DeploymentOptions().setInstances(loops))
                .onSuccess(id -> System.out.println("ready"))
                .onFailure(Throwable::printStackTrace);
    }

    @Override
    public void start(Promise<Void> started) {
        readers = new OpenStreams(vertx.getOrCreateContext());
        READERS.add(readers);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(peerPort)
                .setMaxPoolSize(TO_PEER));
        peer = new BarePeer(vertx);
        relay = new Relay(client);
        vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/answer" -> request.body().onSuccess(body -> answer(request, ANSWER));
            case "/refuse" ->
                request.body().onSuccess(body -> answer(request.response().setStatusCode(503), ANSWER));
            case "/append" -> request.body().onSuccess(body -> append(request, body));
            case "/append/anew" -> file.clear(answering(request));
            case "/proxy" -> request.body().onSuccess(body -> proxy(request, body));
            case "/frames" -> ReadyFrames.send(stream(request), Integer.parseInt(request.getParam("count")));
            case "/live/events" -> readers.add(stream(request));
            case "/live/count" ->
                answer(
                        request,
                        number(READERS.stream().mapToInt(OpenStreams::count).sum()));
            case "/live/publish" -> request.body().onSuccess(body -> publish(request, body));
            case "/relay" -> relay.relay(request, request.getParam("path"));
            case "/relay/hold" -> relay.hold(request, Integer.parseInt(request.getParam("count")));
            default -> peer.handle(request);
        }
    }

    static Buffer number(long number) {
        return Buffer.buffer(Long.toString(number));
    }

    static void answer(HttpServerRequest request, Buffer body) {
        answer(request.response(), body);
    }

    static void answer(HttpServerResponse response, Buffer body) {
        response.putHeader("Content-Type", "application/json").end(body);
    }

    /** Begins an event stream, with a first frame so that its client sees that it is open. */
    static HttpServerResponse stream(HttpServerRequest request) {
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        response.write("retry: 2000\n\n");
        return response;
    }

    private void append(HttpServerRequest request, Buffer body) {
        file.append(body.getBytes(), answering(request));
    }

    /** For another thread to have a request answered. */
    private Runnable answering(HttpServerRequest request) {
        Context loop = vertx.getOrCreateContext();
        return () -> loop.runOnContext(v -> answer(request, ANSWER));
    }

    private void proxy(HttpServerRequest request, Buffer body) {
        client.request(HttpMethod.POST, "/v1/agents/agt_1/runs")
                .compose(call -> call.send(body))
                .compose(response -> response.body())
                .onSuccess(run -> answer(request, run))
                .onFailure(e -> request.response().setStatusCode(502).end());
    }

    private void publish(HttpServerRequest request, Buffer body) {
        Runnable answering = answering(request);
        Buffer frame = Buffer.buffer("event: agentos.event\nid: 1\ndata: ")
                .appendBuffer(body)
                .appendString("\n\n");
        file.append(body.getBytes(), () -> {
            READERS.forEach(streams -> streams.write(frame));
            answering.run();
        });
    }
}
