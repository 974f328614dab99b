package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.agentos.federation.support.GatewayProcess;

/** What forwarded runs cost whose streams the gateway holds open at the peer while nothing happens but heartbeats. */
final class IdleMirrorWorks {
    /** As many as go to one peer on default settings. */
    private static final int RUNS = 5_000;
    /** Open before the first look, so that no class is loaded for them afterwards. */
    private static final int WARM_UP = 500;
    /** As long as the peer's heartbeats are apart. */
    private static final int LOOK_SECONDS = 15;

    private static final String WORK = String.format(Locale.ROOT, "%,d idle mirrored runs", RUNS);
    private static final String BARE = "bare upstreams";

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    IdleMirrorWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        if (wanted(WORK, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(stage.registry("eager"), Map.of())) {
                measure(Stage.server(gateway), runs -> forward(gateway, runs));
            }
        }
        if (wanted(WORK, BARE)) {
            try (BareProcess fresh = stage.freshBare()) {
                Server server = fresh.as(BARE);
                measure(server, runs -> ServerCount.of(server, "/relay/hold?count=" + runs)
                        .now());
            }
        }
    }

    private static void forward(GatewayProcess gateway, int runs) {
        for (int i = 0; i < runs; i++) {
            Stage.forwarded(gateway);
        }
    }

    private void measure(Server server, IntConsumer opening) throws IOException, InterruptedException {
        System.err.println(WORK + ", " + server.name());
        ServerCount open = ServerCount.of(stage.peer(), "/upstream/count");
        open.await(0);
        opening.accept(WARM_UP);
        open.await(WARM_UP);
        Footprint before = Footprint.of(server.process());
        opening.accept(RUNS - WARM_UP);
        open.await(RUNS);
        Footprint after = Footprint.of(server.process());
        each("live heap", server, after.liveBytes() - before.liveBytes());
        each("resident memory", server, after.residentBytes() - before.residentBytes());
        report.add(Figure.counted(WORK + ", threads", server, "threads", (double) after.threads()));
        report.add(Figure.counted(WORK + ", CPU", server, "% of a core", cpu(server)));
        open.await(RUNS);
    }

    private void each(String what, Server server, long bytes) {
        report.add(Figure.counted(
                WORK + ", " + what + " of each", server, "B", (double) Math.round((double) bytes / (RUNS - WARM_UP))));
    }

    private double[] cpu(Server server) throws InterruptedException {
        double[] percent = new double[meter.repetitions()];
        for (int i = 0; i < percent.length; i++) {
            long before = server.cpu().toNanos();
            long begun = System.nanoTime();
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            percent[i] = 100.0 * (server.cpu().toNanos() - before) / (System.nanoTime() - begun);
        }
        return percent;
    }
}
