package org.agentos.federation.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.agentos.federation.settings.HttpSettings;
import org.agentos.federation.tls.LiveTls;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The HTTP server behind every {@code platform-http:} endpoint, when bound in the registry as {@value #BEAN_NAME}.
 * Listens when Camel starts, which fails when the port cannot be bound; until all routes have started, paths are answered
 * 503.
 */
public final class GatewayHttpEngine extends ServiceSupport implements PlatformHttpEngine, CamelContextAware {
    /** The name under which Camel's platform-http component looks for an engine. */
    public static final String BEAN_NAME = "platform-http-engine";

    /** Health is cheap; more probes at once than this are not probes. */
    private static final int HEALTH_IN_FLIGHT = 64;

    private static final int HEALTH_THREADS = 2;

    private final Vertx vertx;
    private final HttpSettings settings;
    private final ObjectMapper json;
    private final HttpObserver observer;
    private final HealthPaths health;
    private final Optional<LiveTls> tls;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final RouteTable table = new RouteTable();
    private volatile AnswerHeaders headers = AnswerHeaders.NONE;
    private CamelContext camelContext;
    private volatile OpenCalls calls = new OpenCalls();
    private volatile HttpListener listener;
    private WorkLane work;
    private WorkLane healthWork;

    /**
     * @param vertx stays open when the engine stops
     * @param json encodes bodies that are neither bytes nor text
     * @param tls what is shown and trusted where the settings have the listener speak TLS
     */
    public GatewayHttpEngine(
            Vertx vertx,
            HttpSettings settings,
            ObjectMapper json,
            HttpObserver observer,
            HealthPaths health,
            Optional<LiveTls> tls) {
        this(vertx, settings, json, observer, health, tls, new Random(), System::nanoTime);
    }

    /** @param random must be safe for use by many threads */
    GatewayHttpEngine(
            Vertx vertx,
            HttpSettings settings,
            ObjectMapper json,
            HttpObserver observer,
            HealthPaths health,
            Optional<LiveTls> tls,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.vertx = vertx;
        this.settings = settings;
        this.json = json;
        this.observer = observer;
        this.health = health;
        this.tls = tls;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /** Has headers stand on every answer of some routes; before the start. */
    public void setAnswerHeaders(AnswerHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new HttpRouteConsumer(endpoint, processor, table);
    }

    /** The port that is bound, also where port 0 was asked for; before the start the port of the settings. */
    @Override
    public int getServerPort() {
        HttpListener current = listener;
        return current == null ? settings.port() : current.port();
    }

    @Override
    public String getScheme() {
        return settings.tls().isPresent() ? "https" : "http";
    }

    /** Requests whose answers are not over yet, streams among them. */
    public int openCalls() {
        return calls.count();
    }

    /** Connections of clients, at work or idle. */
    public int openConnections() {
        HttpListener current = listener;
        return current == null ? 0 : current.connections();
    }

    /**
     * Closes the listening socket and idle connections, and refuses new requests on the others; what is under way goes on. A
     * client that loses its stream after this meets a refused connection, which a browser tries again, and no answer that
     * it obeys.
     */
    public void stopAccepting() {
        calls.drain();
        HttpListener current = listener;
        if (current != null) {
            current.stopAccepting();
        }
    }

    /**
     * Ends service in order: closes the listening socket and idle connections, lets answers in progress end (streams are
     * ended by their publishers), refuses new requests on their connections, then closes these and stops. Blocks; not for an event loop.
     *
     * @return whether every answer ended within the limit; the rest is cut
     */
    public boolean drain(Duration limit) {
        if (listener == null) {
            return true;
        }
        stopAccepting();
        try {
            return calls.awaitNone(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            ServiceHelper.stopService(this);
        }
    }

    /** The platform-http component stops only engines it made itself. */
    @Override
    protected void doInit() {
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext context) {
                ServiceHelper.stopService(GatewayHttpEngine.this);
            }
        });
    }

    @Override
    protected void doStart() {
        calls = new OpenCalls();
        work = new WorkLane("http-worker", settings.workers(), settings.maxInFlight());
        healthWork = new WorkLane("http-health", HEALTH_THREADS, HEALTH_IN_FLIGHT);
        Cors cors = new Cors(settings.cors(), OwnOrigin.of(settings));
        HttpDesk desk = new HttpDesk(
                new AnswerEncoder(json), observer, calls, HeldAnswers.ofHeap(nanoTime), cors, nanoTime, headers);
        RequestDispatcher dispatcher = new RequestDispatcher(
                table,
                desk,
                work,
                healthWork,
                health,
                tls,
                settings.maxBodyBytes(),
                random,
                () -> camelContext.isStarted());
        HttpListener starting = new HttpListener(vertx, settings, tls, dispatcher, nanoTime);
        starting.start();
        listener = starting;
    }

    @Override
    protected void doStop() {
        HttpListener stopping = listener;
        listener = null;
        if (stopping != null) {
            stopping.close();
        }
        work.close();
        healthWork.close();
    }
}
