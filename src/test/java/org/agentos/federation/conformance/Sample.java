package org.agentos.federation.conformance;

import java.util.concurrent.atomic.AtomicLong;

/** Ids that no other test uses, and the bodies most tests send. */
final class Sample {
    static final String TENANT = "tnt_demo";
    static final String OTHER_TENANT = "tnt_other";
    private static final String SESSION = Long.toString(System.nanoTime(), 36);
    private static final AtomicLong NEXT = new AtomicLong();

    private Sample() {}

    static String runId() {
        return unique("run");
    }

    static String key() {
        return unique("key");
    }

    static String unique(String prefix) {
        return prefix + "_" + SESSION + "_" + NEXT.incrementAndGet();
    }

    static String envelope(String runId, long sequence) {
        return envelope(runId, sequence, "agentos.step.completed");
    }

    /** The envelope a producer would send; its event_id follows from run and sequence. */
    static String envelope(String runId, long sequence, String type) {
        return event(runId, "evt_" + runId + "_" + sequence, "\"sequence\":" + sequence + ",\"type\":\"" + type + "\"");
    }

    /** An envelope with these members beside the ids. */
    static String event(String runId, String eventId, String members) {
        return "{\"event\":{\"event_id\":\"" + eventId + "\",\"run_id\":\"" + runId + "\"," + members + "}}";
    }

    static String completed(String runId, long sequence) {
        return envelope(runId, sequence, "agentos.run.completed");
    }

    /** Envelopes of sequence 1 to {@code count}. */
    static String[] envelopes(String runId, int count) {
        String[] envelopes = new String[count];
        for (int i = 0; i < count; i++) {
            envelopes[i] = envelope(runId, i + 1L);
        }
        return envelopes;
    }

    /** A batch in the first documented shape. */
    static String batch(String peerId, String... envelopes) {
        return "{\"peer_id\":\"" + peerId + "\",\"auth\":{\"tenant_id\":\"" + TENANT
                + "\",\"principal_id\":\"prn_1\"},\"events\":[" + String.join(",", envelopes) + "]}";
    }

    static String forward(String stackId, String key) {
        return forward(
                stackId,
                "\"agent_id\":\"agt_1\",\"input\":{\"text\":\"hi\"},\"idempotency_key\":\"" + key + "\"",
                "prn_1");
    }

    static String forward(String stackId, String runRequest, String principalId) {
        return """
                {"forward": {"target_selector": {"stack_id": "%s"},
                 "auth": {"tenant_id": "%s", "principal": {"principal_id": "%s", "principal_type": "user"}},
                 "run_request": {%s}}}""".formatted(stackId, TENANT, principalId, runRequest);
    }
}
