package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.agentos.federation.support.GatewayProcess;

/** Works of runs that are read from a peer's streams: what an event waits more than read at the peer, and how many get through. */
final class MirrorWorks {
    private static final int EVENTS_PER_SECOND = 100;
    private static final int[] STREAMS = {1, 100};
    private static final int[] FLOODED = {1, 16};
    private static final String FLOODING_PEER = "stk_flooding";
    private static final String PEER = "bare peer";
    private static final String RELAY = "bare relay";

    private final Stage stage;
    private final Meter meter;
    private final Report report;
    private int opened;

    MirrorWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        for (int streams : STREAMS) {
            latency("mirror, " + EVENTS_PER_SECOND + " events/s on " + streams(streams), streams);
        }
        for (int streams : FLOODED) {
            through("mirror, as fast as " + streams(streams) + " can be read", streams);
        }
    }

    private static String streams(int count) {
        return count == 1 ? "1 stream" : count + " streams";
    }

    /** One event after the other, in turn on each stream; from its sending by the peer to its arrival at the client. */
    private void latency(String work, int streams) throws Exception {
        Optional<Figure> direct = wanted(work, PEER)
                ? Optional.of(latency(work, stage.peer(), streams, n -> atPeer("")))
                : Optional.empty();
        if (wanted(work, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(0)) {
                add(work, latency(work, Stage.server(gateway), streams, n -> events(gateway, Stage.PEER)), direct);
            }
        }
        if (wanted(work, RELAY)) {
            try (BareProcess relay = stage.freshBare()) {
                add(work, latency(work, relay.as(RELAY), streams, n -> "/relay?path=" + atPeer("")), direct);
            }
        }
    }

    private void add(String work, Figure through, Optional<Figure> direct) {
        direct.ifPresent(figure -> report.add(through.less(work + ", more than read at the peer", figure)));
    }

    private Figure latency(String work, Server server, int streams, IntFunction<String> path) throws Exception {
        try (Arrivals arrivals = open(server, streams, path)) {
            Beside cpu = Beside.cpu(time -> paced(arrivals, time), server);
            Figure figure = meter.atLowRate().measure(work, server, "ms", Load.Stretch::p50Millis, cpu);
            report.add(figure);
            if (!server.name().equals(PEER)) {
                report.add(Figure.counted(work + ", CPU", server, "% of a core", cpu.last(meter.repetitions())));
            }
            return figure;
        }
    }

    private Load.Stretch paced(Arrivals arrivals, Duration time) throws Exception {
        int sent = ServerCount.of(
                        stage.peer(), "/peer/send?per-second=" + EVENTS_PER_SECOND + "&seconds=" + time.toSeconds())
                .now();
        return new Load.Stretch(sent / (double) time.toSeconds(), 0, arrivals.take(sent));
    }

    private void through(String work, int streams) throws Exception {
        if (wanted(work, GATEWAY)) {
            URI flooding = URI.create(stage.bare().url() + BarePeer.FLOODING);
            try (GatewayProcess gateway = stage.gateway(
                    stage.registry("on-demand").peer(FLOODING_PEER, flooding, Stage.mirror("on-demand")), Map.of())) {
                through(work, Stage.server(gateway), streams, n -> events(gateway, FLOODING_PEER));
            }
        }
        if (wanted(work, RELAY)) {
            try (BareProcess relay = stage.freshBare()) {
                through(work, relay.as(RELAY), streams, n -> "/relay?path=" + atPeer(BarePeer.FLOODING));
            }
        }
    }

    private void through(String work, Server server, int streams, IntFunction<String> path) throws Exception {
        try (Arrivals arrivals = open(server, streams, path)) {
            report.add(
                    meter.measure(work, server, "/s", Load.Stretch::answersPerSecond, time -> counted(arrivals, time)));
        }
    }

    private static Load.Stretch counted(Arrivals arrivals, Duration time) throws Exception {
        arrivals.take();
        long begun = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        Histogram nanos = arrivals.take();
        return new Load.Stretch(nanos.getTotalCount() * 1e9 / (System.nanoTime() - begun), 0, nanos);
    }

    /** Streams that are open from the client to the peer; none may be left of those before. */
    private Arrivals open(Server server, int streams, IntFunction<String> path) throws Exception {
        ServerCount atPeer = ServerCount.of(stage.peer(), "/upstream/count");
        atPeer.await(0);
        Arrivals arrivals = Arrivals.open(
                meter.vertx(),
                server.url(),
                IntStream.range(0, streams).mapToObj(path).toList());
        atPeer.await(streams);
        return arrivals;
    }

    private String atPeer(String base) {
        return base + "/v1/runs/run_" + opened++ + "/events";
    }

    private static String events(GatewayProcess gateway, String stackId) {
        return "/v1/federation/runs/" + Stage.forwarded(gateway, stackId) + "/events";
    }
}
