package org.agentos.federation.http;

import io.netty.channel.Channel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.agentos.federation.settings.HttpSettings;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsMaterial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket and its event loops: several servers on one port in one Vert.x, plain or TLS, HTTP/1.1. Knows
 * connections and their time limits; what a request means is its handler's business.
 */
final class HttpListener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /** A request line longer than this is 414: room for a cursor, a long run id and a list of types. */
    static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    /** Request headers longer than this together are 431: room for a large token, not for filling the memory. */
    static final int MAX_HEADER_BYTES = 32 * 1024;

    /** One more connection is closed at once, before a flood of them takes every file descriptor. */
    static final int MAX_CONNECTIONS = 20_000;

    private static final int ACCEPT_BACKLOG = 1024;
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration SHORTEST_SWEEP = Duration.ofMillis(20);
    private static final Duration LONGEST_SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_A_TIMEOUT = 4;

    /** Vert.x shares one free port among servers that ask for the same negative number. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final HttpSettings settings;
    private final Optional<LiveTls> tls;
    private final BiConsumer<ClientConnection, HttpServerRequest> handler;
    private final LongSupplier nanoTime;
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Loop> loops = new ConcurrentLinkedQueue<>();
    private volatile Channel acceptor;
    private volatile String deployment;
    private volatile int port;

    /**
     * @param tls what the listener shows and trusts, where the settings have it speak TLS
     * @param handler called on an event loop for every request, also for one whose head could not be decoded
     */
    HttpListener(
            Vertx vertx,
            HttpSettings settings,
            Optional<LiveTls> tls,
            BiConsumer<ClientConnection, HttpServerRequest> handler,
            LongSupplier nanoTime) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.handler = handler;
        this.nanoTime = nanoTime;
    }

    /**
     * Binds the port; not to be called on an event loop.
     *
     * @throws IllegalStateException naming host and port when they cannot be bound
     */
    void start() {
        HttpServerOptions options = options();
        tls.ifPresent(live -> live.onChange(this::become));
        try {
            deployment = await(vertx.deployVerticle(
                    () -> new Loop(options), new DeploymentOptions().setInstances(settings.eventLoops())));
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + ": " + cause.getMessage(), cause);
        }
    }

    /** The port that is bound, also where port 0 was asked for. */
    int port() {
        return port;
    }

    int connections() {
        return connections.get();
    }

    /**
     * Closes the listening socket and the connections on which nothing happens, and leaves those at work open. Vert.x 4 can
     * only close all, so the socket is taken from a connection it accepted; where there never was one, there is nothing to
     * leave open.
     */
    void stopAccepting() {
        Channel socket = acceptor;
        if (socket == null) {
            close();
        } else {
            socket.close().awaitUninterruptibly();
            loops.forEach(Loop::cutIdle);
        }
    }

    /** Closes the listening socket and every connection. */
    void close() {
        String deployed = deployment;
        deployment = null;
        if (deployed != null) {
            try {
                await(vertx.undeploy(deployed));
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("listener not closed", e);
            }
        }
    }

    private static <T> T await(Future<T> future) throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException(e);
        }
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port() == 0 ? -FREE_PORTS.incrementAndGet() : settings.port())
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        settings.tls().ifPresent(files -> {
            tls.orElseThrow().now().applyTo(options);
            options.setClientAuth(clientAuth(files))
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setSslHandshakeTimeout(settings.headerTimeout().toMillis());
        });
        return options;
    }

    /** Handshakes from now on use it; connections stay as they are. The servers of one port share what one is told. */
    private void become(TlsMaterial next) {
        HttpServerOptions options = options();
        next.applyTo(options);
        loops.stream().limit(1).forEach(loop -> loop.server
                .updateSSLOptions(options.getSslOptions(), true)
                .onFailure(e -> LOG.error("handshakes go on with the certificates of before", e)));
    }

    private static ClientAuth clientAuth(ServerTls tls) {
        if (tls.requireClient()) {
            return ClientAuth.REQUIRED;
        }
        return tls.clientCa().isPresent() ? ClientAuth.REQUEST : ClientAuth.NONE;
    }

    private Duration sweepInterval() {
        Duration shorter = settings.idleTimeout().compareTo(settings.headerTimeout()) < 0
                ? settings.idleTimeout()
                : settings.headerTimeout();
        Duration interval = shorter.dividedBy(SWEEPS_A_TIMEOUT);
        if (interval.compareTo(SHORTEST_SWEEP) < 0) {
            return SHORTEST_SWEEP;
        }
        return interval.compareTo(LONGEST_SWEEP) > 0 ? LONGEST_SWEEP : interval;
    }

    /** One server on one event loop with the connections it was given. */
    private final class Loop extends AbstractVerticle {
        private final HttpServerOptions options;
        private final Set<ClientConnection> open = new HashSet<>();
        private volatile HttpServer server;

        Loop(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public void start(Promise<Void> started) {
            server = vertx.createHttpServer(options);
            loops.add(this);
            vertx.setPeriodic(sweepInterval().toMillis(), timer -> cutOverdue());
            server.connectionHandler(connection -> opened((HttpServerConnection) connection))
                    .requestHandler(Loop::neverCalled)
                    .listen()
                    .onSuccess(bound -> port = bound.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        /** Vert.x closes the connections it thinks open, but not those that linger. */
        @Override
        public void stop() {
            List.copyOf(open).forEach(ClientConnection::cut);
        }

        /** Each connection gets its own handler, without the detour over WebSockets; Vert.x asks for this one all the same. */
        private static void neverCalled(HttpServerRequest request) {
            throw new IllegalStateException(request.uri());
        }

        private void opened(HttpServerConnection connection) {
            connection.channel().pipeline().replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options));
            ClientConnection client =
                    new ClientConnection(connection, settings.idleTimeout(), settings.headerTimeout(), nanoTime);
            Handler<HttpServerRequest> requests = request -> handler.accept(client, request);
            connection.handler(requests).invalidRequestHandler(requests);
            connection.closeHandler(closed -> {
                open.remove(client);
                connections.decrementAndGet();
            });
            open.add(client);
            if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                client.abort();
            }
            if (acceptor == null) {
                acceptor = client.acceptor();
            }
        }

        /** From any thread. A browser that kept such a connection would send its next request on it and obey the refusal. */
        private void cutIdle() {
            context.runOnContext(now -> cut(connection -> connection.phase() == ClientConnection.Phase.IDLE));
        }

        private void cut(Predicate<ClientConnection> which) {
            List<ClientConnection> chosen = new ArrayList<>();
            open.stream().filter(which).forEach(chosen::add);
            chosen.forEach(ClientConnection::cut);
        }

        private void cutOverdue() {
            cut(ClientConnection::overdue);
            tls.ifPresent(live -> cut(connection -> connection.streamsUntrusted(live)));
            List.copyOf(open).forEach(ClientConnection::nudge);
        }
    }
}
