package org.agentos.federation.drills;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.GatewayProcess;

/**
 * The files of a gateway that was killed when all was acknowledged: events in table files and in the write-ahead log, forwards in
 * the snapshot and in the journal, an audit trail.
 *
 * @param acked up to which sequence each run's events are acknowledged
 * @param forwarded the runs whose forwards were answered
 */
record KilledData(Path data, Path audit, Map<String, Integer> acked, List<String> forwarded) {
    private static final int RUNS = 4;
    private static final int BATCHES = 12;
    private static final int BATCH = 5;
    private static final int FORWARDS = 12;
    /** A clean stop makes a snapshot, a start that recovers makes table files. */
    private static final int LIVES = 3;

    static KilledData make(Path directory) throws IOException {
        List<CountingPeer> peers = List.of(new CountingPeer("b", new Reliable()));
        Map<String, String> environment = Map.of(
                "AGENTOS_PEERS_FILE",
                Load.registry(peers).writeTo(directory.resolve("peers.json")).toString());
        KilledData killed;
        try (GatewayProcess gateway = GatewayProcess.start(directory, environment)) {
            killed = new KilledData(
                    gateway.dataDirectory(), directory.resolve("audit.log"), new LinkedHashMap<>(), new ArrayList<>());
            Calls calls = new Calls(gateway.baseUrl());
            killed.live(calls, 1);
            for (int life = 2; life <= LIVES; life++) {
                gateway.stop();
                gateway.start();
                killed.live(calls, life);
            }
            gateway.kill();
        } finally {
            peers.forEach(CountingPeer::close);
        }
        return killed;
    }

    private void live(Calls calls, int life) throws IOException {
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int i = 0; i < RUNS; i++) {
                String run = "damaged_" + i;
                int last = acked.getOrDefault(run, 0);
                must(calls.ingest(Events.envelopes(run, last + 1, last + BATCH)));
                acked.put(run, last + BATCH);
            }
        }
        for (int i = 0; i < FORWARDS; i++) {
            String answer = must(calls.forward(Events.forward(Load.REGION, "key_" + life + "_" + i)));
            forwarded.add(org.agentos.federation.support.Json.parse(answer)
                    .at("/forwarded/remote_run_id")
                    .asText());
        }
    }

    private static String must(Calls.Got got) throws IOException {
        if (got.status() != 200) {
            throw new IOException("not taken: " + got);
        }
        return got.text();
    }
}
