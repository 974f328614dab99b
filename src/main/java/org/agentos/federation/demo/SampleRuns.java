package org.agentos.federation.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;

/**
 * The runs of the sample Stack A: all alike, told by a script of one JSON object a line ({@code after_ms}, {@code type},
 * {@code payload}). When a run began stands in its id, so that nothing has to be kept and a restart changes nothing, but
 * that a run was canceled.
 */
public final class SampleRuns {
    private static final Pattern RUN_ID = Pattern.compile("run_demo_([0-9a-z]{1,11})_[0-9a-z]{4}");
    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");
    private static final int RADIX = 36;
    private static final int RANDOM_FROM = RADIX * RADIX * RADIX;
    private static final int RANDOM_TO = RANDOM_FROM * RADIX;

    /** A demo that is left running must not collect runs; the one canceled the longest ago goes on. */
    private static final int MAX_CANCELED = 10_000;

    private final Map<String, Instant> canceled = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_CANCELED;
        }
    });
    private final List<JsonNode> script;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Executor executor;
    private final ObjectMapper json = new ObjectMapper();

    public SampleRuns(Path script, InstantSource clock, RandomGenerator random, Executor executor) {
        this.clock = clock;
        this.random = random;
        this.executor = executor;
        this.script = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(script)) {
                this.script.add(json.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + script, e);
        }
    }

    /** The id of a run that begins now. */
    public String start() {
        return "run_demo_" + Long.toString(clock.millis(), RADIX) + "_"
                + Integer.toString(random.nextInt(RANDOM_FROM, RANDOM_TO), RADIX);
    }

    /** The status answer of a run: running until its last event is due. */
    public Map<String, Object> show(String runId) {
        return Map.of("run", Map.of("run_id", runId, "status", status(runId)));
    }

    /** Ends a run now and answers its status; one that is over stays as it is. */
    public Map<String, Object> cancel(String runId) {
        if (status(runId).equals("running")) {
            canceled.put(runId, clock.instant());
        }
        return show(runId);
    }

    private String status(String runId) {
        Instant end = dueAt(runId, script.get(script.size() - 1));
        if (canceled.containsKey(runId)) {
            return "canceled";
        }
        return clock.instant().isBefore(end) ? "running" : "completed";
    }

    /** What a run tells: the script, or as much of it as was due when the run was canceled, and that. */
    private List<JsonNode> lines(String runId) {
        Instant end = canceled.get(runId);
        if (end == null) {
            return script;
        }
        List<JsonNode> told = new ArrayList<>(script);
        told.removeIf(line -> dueAt(runId, line).isAfter(end));
        ObjectNode last = json.createObjectNode()
                .put("after_ms", Duration.between(startOf(runId), end).toMillis())
                .put("type", "agentos.run.canceled");
        last.putObject("payload");
        told.add(last);
        return told;
    }

    /** What makes a start idempotent: the caller's key for its tenant and agent, or nothing but this request. */
    public String key(InboundRequest request, String agentId, Map<String, Object> run) {
        Object key = run.getOrDefault("idempotency_key", request.requestId());
        return String.join("\n", tenant(request), agentId, key.toString());
    }

    /** The events of a run for the tenant that asks, after the sequence it asks for. */
    public Flow.Publisher<Buffer> stream(String runId, InboundRequest request) {
        return stream(runId, tenant(request), sequence(request.query().get("from_sequence")));
    }

    private static String tenant(InboundRequest request) {
        return request.header("X-Tenant-Id").orElseThrow(() -> refused("X-Tenant-Id is required"));
    }

    private static long sequence(String text) {
        if (text == null) {
            return 0;
        }
        if (!SEQUENCE.matcher(text).matches()) {
            throw refused("from_sequence is not a sequence");
        }
        return Long.parseLong(text);
    }

    private static FederationException refused(String message) {
        return new FederationException(ErrorCode.INVALID_REQUEST, message);
    }

    /** The events of a run after a sequence, each at its time, as an event stream that ends with the run. */
    Flow.Publisher<Buffer> stream(String runId, String tenantId, long afterSequence) {
        Instant start = startOf(runId);
        int first = (int) Math.min(afterSequence, lines(runId).size());
        return subscriber -> {
            SubmissionPublisher<Buffer> publisher = new SubmissionPublisher<>(executor, script.size() + 1);
            publisher.subscribe(subscriber);
            play(publisher, runId, tenantId, start, first);
        };
    }

    private void play(SubmissionPublisher<Buffer> publisher, String runId, String tenantId, Instant start, int index) {
        List<JsonNode> lines = lines(runId);
        if (index >= lines.size() || !publisher.hasSubscribers()) {
            publisher.close();
            return;
        }
        long wait = Math.max(
                0,
                Duration.between(clock.instant(), dueAt(runId, lines.get(index)))
                        .toMillis());
        CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS, executor).execute(() -> {
            publisher.submit(frame(runId, tenantId, start, index, lines(runId).get(index)));
            play(publisher, runId, tenantId, start, index + 1);
        });
    }

    private Buffer frame(String runId, String tenantId, Instant start, int index, JsonNode line) {
        ObjectNode event = json.createObjectNode()
                .put("event_id", runId + "-" + (index + 1))
                .put("tenant_id", tenantId)
                .put("run_id", runId)
                .put("sequence", index + 1)
                .put("time", start.plusMillis(line.get("after_ms").asLong()).toString())
                .put("type", line.get("type").asText());
        event.set("payload", line.get("payload"));
        return Buffer.buffer("event: agentos.event\ndata: "
                + json.createObjectNode().set("event", event).toString() + "\n\n");
    }

    private Instant dueAt(String runId, JsonNode line) {
        return startOf(runId).plusMillis(line.get("after_ms").asLong());
    }

    private static Instant startOf(String runId) {
        Matcher parts = RUN_ID.matcher(runId);
        if (!parts.matches()) {
            throw new FederationException(ErrorCode.NOT_FOUND, "no such run");
        }
        return Instant.ofEpochMilli(Long.parseLong(parts.group(1), RADIX));
    }
}
