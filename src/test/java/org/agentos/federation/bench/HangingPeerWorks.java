package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agentos.federation.support.GatewayProcess;

/**
 * What a peer that takes calls and never answers costs everybody else: many clients ask for it, again at once after each
 * refusal, while others send a few requests that have nothing to do with it. All on default settings.
 */
final class HangingPeerWorks {
    private static final int CLIENTS = 220;
    private static final int PROBES_PER_SECOND = 50;
    private static final int SHORT_RUN = 10;
    private static final String WORK = "hanging peer, " + CLIENTS + " clients";
    private static final String HANGING_PEER = "stk_hanging";
    /** Until the first calls have run out of time, which opens the breaker, and a little. */
    private static final Duration UNTIL_OPEN = Duration.ofSeconds(15);

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    HangingPeerWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        if (!wanted(WORK, GATEWAY)) {
            return;
        }
        URI hanging = URI.create(stage.bare().url() + BarePeer.HANGING);
        try (GatewayProcess gateway =
                        stage.gateway(stage.registry("on-demand").peer(HANGING_PEER, hanging, Map.of()), Map.of());
                Probes probes = new Probes(gateway.baseUrl(), PROBES_PER_SECOND, probes())) {
            Stage.store(gateway, "run_short", SHORT_RUN);
            System.err.println(WORK);
            probes.run(meter.warmUp());
            probe(probes, "nobody else");
            underAttack(Stage.server(gateway), probes);
        }
    }

    private static Map<String, Supplier<Buffer>> probes() {
        Map<String, Supplier<Buffer>> probes = new LinkedHashMap<>();
        probes.put("health", Bodies.always(Bodies.get("/v1/federation/health")));
        probes.put("ingest of one event", Bodies.batches("/v1/federation/events:ingest", "run_probe", 1));
        probes.put(
                "stored stream of " + SHORT_RUN,
                Bodies.always(Bodies.get("/v1/federation/runs/run_short/events?follow=false")));
        probes.put(
                "forward to another peer", Bodies.always(Bodies.post("/v1/federation/runs:forward", Bodies.forward())));
        return probes;
    }

    private void probe(Probes probes, String server) throws Exception {
        probes.worst(WORK, server, meter.repetitions(), meter.stretch()).forEach(report::add);
    }

    /** From the first moment on: no warm-up, since the breaker opens after ten seconds. */
    private void underAttack(Server gateway, Probes probes) throws Exception {
        Supplier<Buffer> requests =
                Bodies.always(Bodies.post("/v1/federation/runs:forward", Bodies.forward(HANGING_PEER)));
        Duration attack = meter.stretch().multipliedBy(2L * meter.repetitions()).plus(UNTIL_OPEN);
        try (Load load = new Load(
                meter.vertx(), gateway.url(), CLIENTS, n -> requests, status -> status == 503 || status == 504)) {
            CompletableFuture<Load.Stretch> attacking = CompletableFuture.supplyAsync(() -> run(load, attack));
            probe(probes, GATEWAY);
            breakerIsOpen(gateway).await(1);
            probe(probes, "gateway, breaker open");
            Histogram answers = attacking.get().nanos();
            report.add(new Figure(
                    WORK + ", answers to them",
                    GATEWAY,
                    "/s",
                    new double[] {answers.getTotalCount() / (double) attack.toSeconds()},
                    0,
                    answers));
        }
    }

    private static ServerCount breakerIsOpen(Server gateway) {
        return ServerCount.ofGateway(
                gateway, "agentos_federation_peer_breaker_state{peer=\"" + HANGING_PEER + "\",state=\"open\"}");
    }

    private static Load.Stretch run(Load load, Duration time) {
        try {
            return load.run(time);
        } catch (Exception failed) {
            throw new CompletionException(failed);
        }
    }
}
