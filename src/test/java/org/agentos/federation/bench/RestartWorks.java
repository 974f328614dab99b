package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agentos.federation.support.GatewayProcess;

/** How long a gateway that was killed with many events in its log takes to serve again, and whether all are there. */
final class RestartWorks {
    private static final int STORED = 1_000_000;
    private static final int EVENTS_A_RUN = 10_000;
    /** Stored just before each kill: what the log has not yet put into its tables is read again at the start. */
    private static final int LATEST = 100_000;

    private static final String WORK = String.format(Locale.ROOT, "restart after kill -9, %,d events stored", STORED);
    private static final String BARE = "bare server";
    private static final String HEALTH = "/v1/federation/health";
    private static final long BETWEEN_ASKING = TimeUnit.MILLISECONDS.toNanos(5);

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    RestartWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        if (wanted(WORK, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(0)) {
                System.err.println(WORK);
                gateway(gateway);
            }
        }
        if (wanted(WORK, BARE)) {
            double[] millis = new double[meter.repetitions()];
            for (int i = 0; i < millis.length; i++) {
                millis[i] = bareStart();
            }
            report.add(Figure.counted(WORK + ", until it answers", stage.bare().as(BARE), "ms", millis));
        }
    }

    private void gateway(GatewayProcess gateway) throws Exception {
        double[] millis = new double[meter.repetitions()];
        double[] missing = new double[millis.length];
        int runs = store(gateway, 0, STORED - LATEST);
        for (int i = 0; i < millis.length; i++) {
            runs = store(gateway, runs, LATEST);
            gateway.kill();
            millis[i] = restart(gateway);
            for (int run = 0; run < runs; run++) {
                missing[i] += EVENTS_A_RUN - found(gateway.baseUrl(), "run_kept_" + run);
            }
        }
        report.add(Figure.counted(WORK + ", until it answers", Stage.server(gateway), "ms", millis));
        report.add(Figure.counted(WORK + ", events missing", Stage.server(gateway), "events", missing));
    }

    private static int store(GatewayProcess gateway, int runs, int events) {
        int until = runs + events / EVENTS_A_RUN;
        for (int run = runs; run < until; run++) {
            Stage.store(gateway, "run_kept_" + run, EVENTS_A_RUN);
        }
        return until;
    }

    /** Milliseconds from the start of the process to its first 200. */
    private static double restart(GatewayProcess gateway) throws Exception {
        byte[] health = Exchange.closing(Bodies.get(HEALTH));
        long begun = System.nanoTime();
        CompletableFuture<Long> healthy = CompletableFuture.supplyAsync(() -> firstAnswer(gateway.baseUrl(), health));
        gateway.start();
        return (healthy.get() - begun) / 1e6;
    }

    private static long firstAnswer(URI server, byte[] request) {
        while (true) {
            try {
                Exchange.complete(server, request);
                return System.nanoTime();
            } catch (IOException notYet) {
                LockSupport.parkNanos(BETWEEN_ASKING);
            }
        }
    }

    private double bareStart() throws IOException {
        Buffer request = Bodies.post("/answer", "{}");
        long begun = System.nanoTime();
        try (BareProcess bare = stage.freshBare()) {
            Exchange.complete(bare.url(), Exchange.closing(request));
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    /** How many of a run's events come, in their order and to the byte. */
    private static int found(URI gateway, String run) throws IOException {
        HttpURLConnection stream =
                (HttpURLConnection) gateway.resolve("/v1/federation/runs/" + run + "/events?follow=false")
                        .toURL()
                        .openConnection();
        stream.setRequestProperty("X-Tenant-Id", Bodies.TENANT);
        int found = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
            String next = "data: " + Bodies.envelope(run, Bodies.FIRST_SEQUENCE);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(next)) {
                    next = "data: " + Bodies.envelope(run, Bodies.FIRST_SEQUENCE + ++found);
                }
            }
        }
        return found;
    }
}
