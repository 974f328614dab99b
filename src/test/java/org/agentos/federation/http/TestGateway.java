package org.agentos.federation.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.settings.CorsSettings;
import org.agentos.federation.settings.HttpSettings;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsFiles;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;

/** The engine under a real Camel context on a free port, with routes and limits of the test's choosing. */
final class TestGateway implements AutoCloseable {
    static final String HEALTH = "/health";
    static final String LIVE = "/health/live";

    /** Connections are given to them in turn. */
    static final int EVENT_LOOPS = 2;

    final Vertx vertx = Vertx.vertx();
    final DefaultCamelContext camel = new DefaultCamelContext();
    final GatewayHttpEngine engine;
    final Optional<LiveTls> tls;

    /** What the engine's TLS takes for the time. */
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What the observer was told. */
    record Answered(String routeId, String method, int status) {}

    TestGateway(HttpSettings settings, RoutesBuilder... routes) throws Exception {
        tls = settings.tls().map(this::live);
        engine = new GatewayHttpEngine(
                vertx,
                settings,
                new ObjectMapper(),
                (route, method, status, nanos) -> answered.add(new Answered(route, method, status)),
                new HealthPaths(Set.of(HEALTH, LIVE), Set.of(LIVE)),
                tls);
        camel.getRegistry().bind(GatewayHttpEngine.BEAN_NAME, engine);
        camel.disableJMX();
        camel.getShutdownStrategy().setTimeout(2);
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        try {
            for (RoutesBuilder builder : routes) {
                camel.addRoutes(builder);
            }
            camel.start();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private LiveTls live(ServerTls files) {
        return new LiveTls(new TlsFiles(now.get()).server(files).orElseThrow(), now::get);
    }

    static TestGateway with(RoutesBuilder... routes) throws Exception {
        return new TestGateway(limits().settings(), routes);
    }

    static Limits limits() {
        return new Limits(
                4,
                100,
                1024 * 1024,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Optional.empty(),
                CorsSettings.OFF);
    }

    /** Settings of which a test changes one or two. */
    record Limits(
            int workers,
            int maxInFlight,
            int maxBodyBytes,
            Duration idleTimeout,
            Duration headerTimeout,
            Optional<ServerTls> tls,
            CorsSettings cors) {
        Limits inFlight(int workers, int maxInFlight) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, tls, cors);
        }

        Limits bodyBytes(int maxBodyBytes) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, tls, cors);
        }

        Limits idle(Duration idleTimeout) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, tls, cors);
        }

        Limits header(Duration headerTimeout) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, tls, cors);
        }

        Limits tls(ServerTls tls) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, Optional.of(tls), cors);
        }

        Limits cors(CorsSettings cors) {
            return new Limits(workers, maxInFlight, maxBodyBytes, idleTimeout, headerTimeout, tls, cors);
        }

        HttpSettings settings() {
            return settings(0);
        }

        HttpSettings settings(int port) {
            return new HttpSettings(
                    "127.0.0.1",
                    port,
                    EVENT_LOOPS,
                    workers,
                    maxInFlight,
                    maxBodyBytes,
                    idleTimeout,
                    headerTimeout,
                    tls,
                    cors);
        }
    }

    int port() {
        return engine.getServerPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    RawClient raw() throws IOException {
        return new RawClient(port());
    }

    List<Answered> answered() {
        return List.copyOf(answered);
    }

    @Override
    public void close() throws Exception {
        camel.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
