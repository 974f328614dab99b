package org.agentos.federation.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;

/**
 * What sinks are tried with: runs of as many events each, {@code e1}, {@code e2} and so on, with these sequences.
 *
 * @param runs {@code run_1} to {@code run_N}
 */
record SinkRuns(int runs, int eventsOfARun) {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String TENANT = "tnt_demo";

    int events() {
        return runs * eventsOfARun;
    }

    void push(GatewayProcess gateway) {
        for (int run = 1; run <= runs; run++) {
            push(gateway, "run_" + run, "agentos.step.completed");
        }
    }

    /** Pushes one run more, the events of which are of this type. */
    void push(GatewayProcess gateway, String run, String type) {
        List<String> events = new ArrayList<>();
        for (int sequence = 1; sequence <= eventsOfARun; sequence++) {
            events.add("{\"event\":{\"event_id\":\"e" + sequence + "\",\"run_id\":\"" + run + "\",\"sequence\":"
                    + sequence + ",\"type\":\"" + type + "\"}}");
        }
        Answer answer = new Http(gateway.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(TENANT)
                .json("{\"peer_id\":\"peer_ci\",\"events\":[" + String.join(",", events) + "]}")
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    /** Waits until the subscriptions of the gateway have nothing left to deliver. */
    static void awaitCaughtUp(GatewayProcess gateway) {
        await().atMost(PATIENCE)
                .until(() -> gateway.command("subscriptions", "list").output().contains("lag 0 records"));
    }
}
