package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agentos.federation.support.GatewayProcess;

/** Works of forwarding to a peer that answers at once: how many, how often the peer is called, and what one client waits more. */
final class ForwardWorks {
    private static final int CLIENTS = 16;
    private static final int[] INDEXES = {0, 20_000, 1_000_000};
    private static final String ALONE = "forward, 1 client";
    private static final String ADDED = ALONE + ", more than the peer asked directly";
    private static final String RUNS = "/v1/agents/agt_1/runs";

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    ForwardWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        for (int entries : INDEXES) {
            forward(
                    entries == 0 ? "forward, empty index" : String.format(Locale.ROOT, "forward, %,d entries", entries),
                    entries);
        }
        alone();
    }

    private void forward(String work, int indexEntries) throws Exception {
        if (wanted(work, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(indexEntries)) {
                forward(work, Stage.server(gateway), "/v1/federation/runs:forward");
            }
        }
        forward(work, stage.bare().as("bare answer"), "/answer");
        forward(work, stage.bare().as("bare proxy"), "/proxy");
    }

    private void forward(String work, Server server, String path) throws Exception {
        if (wanted(work, server.name())) {
            ServerCount calls = ServerCount.of(stage.peer(), "/peer/calls");
            try (Load load = new Load(meter.vertx(), server.url(), CLIENTS, forwards(path))) {
                Beside counted = Beside.perAnswer(load::run, calls::now);
                report.add(meter.measure(work, server, "/s", Load.Stretch::answersPerSecond, counted));
                if (server.name().equals(GATEWAY)) {
                    report.add(Figure.counted(
                            work + ", calls at the peer for each", server, "calls", counted.last(meter.repetitions())));
                }
            }
        }
    }

    private void alone() throws Exception {
        Server peer = stage.peer();
        if (!wanted(ALONE, peer.name())) {
            return;
        }
        Figure direct = alone(peer, RUNS);
        if (wanted(ALONE, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(0)) {
                Figure forwarded = alone(Stage.server(gateway), "/v1/federation/runs:forward");
                report.add(forwarded.less(ADDED, direct));
            }
        }
        report.add(alone(stage.bare().as("bare proxy"), "/proxy").less(ADDED, direct));
    }

    private Figure alone(Server server, String path) throws Exception {
        Figure figure = meter.closedLoop(ALONE, server, "ms", Load.Stretch::p50Millis, 1, forwards(path));
        report.add(figure);
        return figure;
    }

    private static IntFunction<Supplier<Buffer>> forwards(String path) {
        return n -> Bodies.always(Bodies.post(path, Bodies.forward()));
    }
}
