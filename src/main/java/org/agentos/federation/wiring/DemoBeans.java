package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.demo.SampleRuns;

/** What the routes of the sample Stack A name; never in prod. */
public final class DemoBeans {
    private final Parts parts;

    DemoBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        beans.put(
                "sampleRuns",
                new SampleRuns(
                        parts.settings.home().resolve("routes/demo/sample-run.jsonl"),
                        parts.clock,
                        parts.random,
                        parts.threads.continuations));
    }
}
