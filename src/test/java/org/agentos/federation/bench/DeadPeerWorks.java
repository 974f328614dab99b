package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.RegistryFile;

/** Works of many clients that forward to a peer that is down: its port refuses, or it answers every call 503. */
final class DeadPeerWorks {
    private static final int CLIENTS = 200;
    private static final String DEAD = "dead peer, " + CLIENTS + " clients";
    private static final String FAILING = "peer that answers 503, " + CLIENTS + " clients";
    private static final String KEPT_CLOSED = ", breaker kept closed";
    private static final String FIRST = DEAD + ", the first request of each";
    private static final String DEAD_PEER = "stk_dead_";
    private static final String FAILING_PEER = "stk_failing";

    /** More calls in a second than there are before the breaker may open. */
    private static final Map<String, String> CLOSED =
            Map.of("AGENTOS_FED_BREAKER_WINDOW", "1s", "AGENTOS_FED_BREAKER_MIN_CALLS", "10000");

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    DeadPeerWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        if (wanted(FIRST, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(peers(), Map.of())) {
                first(Stage.server(gateway));
            }
        }
        refused(DEAD + KEPT_CLOSED, DEAD_PEER + 0, CLOSED);
        refused(DEAD + ", breaker open", DEAD_PEER + 0, Map.of());
        refused(FAILING + KEPT_CLOSED, FAILING_PEER, CLOSED);
        refused(FAILING, FAILING_PEER, Map.of());
    }

    /** A dead peer for each repetition, since each has a breaker of its own. */
    private RegistryFile peers() {
        RegistryFile peers = stage.registry("on-demand")
                .peer(FAILING_PEER, URI.create(stage.bare().url() + BarePeer.FAILING), Map.of());
        for (int i = 0; i < meter.repetitions(); i++) {
            peers.peer(DEAD_PEER + i, URI.create("http://127.0.0.1:" + FreePort.find()), Map.of());
        }
        return peers;
    }

    /** What they wait who come first, before anything is known of the peer; a good peer warms the JVM up. */
    private void first(Server gateway) throws Exception {
        System.err.println(FIRST);
        try (Load good = new Load(
                meter.vertx(),
                gateway.url(),
                CLIENTS,
                forwards(Stage.PEER),
                status -> status == 200 || status == 503)) {
            good.run(meter.warmUp());
        }
        double[] medians = new double[meter.repetitions()];
        Histogram all = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
        for (int i = 0; i < medians.length; i++) {
            try (Load load = refused(gateway, forwards(DEAD_PEER + i))) {
                Load.Stretch stretch = load.run(Duration.ZERO);
                medians[i] = stretch.p50Millis();
                all.add(stretch.nanos());
            }
        }
        report.add(Figure.timed(FIRST, gateway.name(), medians, all));
    }

    private void refused(String work, String peer, Map<String, String> settings) throws Exception {
        if (wanted(work, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(peers(), settings)) {
                Beside calls = refused(work, Stage.server(gateway), forwards(peer));
                if (!settings.isEmpty()) {
                    mustBeClosed(Stage.server(gateway), peer);
                }
                if (peer.equals(FAILING_PEER)) {
                    report.add(Figure.counted(
                            work + ", calls at the peer for each",
                            Stage.server(gateway),
                            "calls",
                            calls.last(meter.repetitions())));
                }
            }
        }
        Server bare = stage.bare().as("bare refusal");
        if (wanted(work, bare.name())) {
            refused(work, bare, n -> Bodies.always(Bodies.post("/refuse", Bodies.forward())));
        }
    }

    private static void mustBeClosed(Server gateway, String peer) {
        ServerCount closed = ServerCount.ofGateway(
                gateway, "agentos_federation_peer_breaker_state{peer=\"" + peer + "\",state=\"closed\"}");
        if (closed.now() != 1) {
            throw new IllegalStateException(
                    "the breaker of " + peer + " has opened: more calls in a second than it allows");
        }
    }

    private Beside refused(String work, Server server, IntFunction<Supplier<Buffer>> requests) throws Exception {
        try (Load load = refused(server, requests)) {
            Beside calls = Beside.perAnswer(load::run, ServerCount.of(stage.peer(), "/peer/calls")::now);
            report.add(meter.measure(work, server, "/s", Load.Stretch::answersPerSecond, calls));
            return calls;
        }
    }

    private Load refused(Server server, IntFunction<Supplier<Buffer>> requests) throws Exception {
        return new Load(meter.vertx(), server.url(), CLIENTS, requests, status -> status == 503);
    }

    private static IntFunction<Supplier<Buffer>> forwards(String stackId) {
        return n -> Bodies.always(Bodies.post("/v1/federation/runs:forward", Bodies.forward(stackId)));
    }
}
