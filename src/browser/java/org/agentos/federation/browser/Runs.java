package org.agentos.federation.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Http;

/** Runs whose events are pushed one by one, as a peer that no registry knows or that a token proves. */
final class Runs {
    static final String TENANT = "tnt_demo";
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Runs() {}

    static String newRun() {
        return "run_browser_" + NEXT.incrementAndGet();
    }

    static String events(String gateway, String runId) {
        return gateway + "/v1/federation/runs/" + runId + "/events";
    }

    /** Stores events of these sequences. */
    static void store(Http http, String runId, int first, int last, String... headers) {
        List<String> events = new ArrayList<>();
        for (int sequence = first; sequence <= last; sequence++) {
            events.add(event(runId, sequence, "agentos.step.completed"));
        }
        push(http, String.join(",", events), headers);
    }

    /** Stores the event that ends the run. */
    static void complete(Http http, String runId, int sequence, String... headers) {
        push(http, event(runId, sequence, "agentos.run.completed"), headers);
    }

    private static void push(Http http, String events, String... headers) {
        Http.Call call = http.post("/v1/federation/events:ingest");
        for (int i = 0; i < headers.length; i += 2) {
            call.header(headers[i], headers[i + 1]);
        }
        Answer answer = call.json("{\"events\":[" + events + "]}").send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("rejected").asInt()).as(answer.toString()).isZero();
    }

    private static String event(String runId, int sequence, String type) {
        return "{\"event\":{\"event_id\":\"" + runId + "-" + sequence + "\",\"run_id\":\"" + runId + "\",\"sequence\":"
                + sequence + ",\"type\":\"" + type + "\"}}";
    }
}
