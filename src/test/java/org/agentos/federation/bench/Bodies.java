package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.function.Supplier;

/** Requests made beforehand, so that a load client does nothing but count. */
final class Bodies {
    static final String TENANT = "tnt_demo";
    static final int EVENT_BYTES = 400;
    /** Sequences begin here: all have the same number of digits and are written over one another. */
    static final long FIRST_SEQUENCE = 1_000_000_001L;

    static final String SEQUENCE = Template.place(10);

    private Bodies() {}

    static Buffer post(String path, String body) {
        return Buffer.buffer(
                "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Tenant-Id: "
                        + TENANT + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    static Buffer get(String path) {
        return Buffer.buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: " + TENANT + "\r\n\r\n");
    }

    static Supplier<Buffer> always(Buffer request) {
        return () -> request;
    }

    static String forward() {
        return forward(Stage.PEER);
    }

    static String forward(String stackId) {
        return "{\"forward\":{\"target_selector\":{\"stack_id\":\"" + stackId + "\"},\"auth\":{\"tenant_id\":\""
                + TENANT
                + "\",\"principal\":{\"principal_id\":\"prn_bench\",\"principal_type\":\"service\"}},"
                + "\"run_request\":{\"agent_id\":\"agt_1\",\"input\":{\"text\":\"" + "x".repeat(200) + "\"}}}}";
    }

    /** An envelope of 400 bytes; its sequence has ten digits. */
    static String envelope(String runId, long sequence) {
        return envelope(runId, Long.toString(sequence), "");
    }

    /** An envelope of 400 bytes whose payload begins with {@code text}. */
    static String envelope(String runId, String sequence, String text) {
        String start = "{\"event\":{\"event_id\":\"evt_" + sequence + "\",\"run_id\":\"" + runId + "\",\"sequence\":"
                + sequence
                + ",\"type\":\"agentos.step.completed\",\"time\":\"2026-11-22T10:00:00Z\",\"payload\":{\"text\":\""
                + text;
        return start + "x".repeat(EVENT_BYTES - start.length() - 4) + "\"}}}";
    }

    /** Batches of a run of their own, each new: their sequences rise from request to request. */
    static Supplier<Buffer> batches(String path, String runId, int batch) {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < batch; i++) {
            events.append(i == 0 ? "" : ",").append(envelope(runId, SEQUENCE, ""));
        }
        Template template = new Template(post(path, "{\"peer_id\":\"peer_bench\",\"events\":[" + events + "]}")
                .toString());
        long[] next = {FIRST_SEQUENCE};
        return () -> {
            long[] numbers = new long[2 * batch];
            for (int place = 0; place < numbers.length; place += 2) {
                numbers[place] = next[0];
                numbers[place + 1] = next[0]++;
            }
            return Buffer.buffer(template.with(numbers));
        };
    }

    /** The sequence of the event that stands in so many-th place of a run made by {@link #batches}. */
    static String sequenceAfter(int events) {
        return String.format(Locale.ROOT, "%d", FIRST_SEQUENCE + events - 1);
    }
}
