package org.agentos.federation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleRunsTest {
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SampleRuns runs =
            new SampleRuns(Path.of("routes/demo/sample-run.jsonl"), InstantSource.system(), new Random(1), executor);
    private final SampleRuns laterRuns =
            new SampleRuns(Path.of("routes/demo/sample-run.jsonl"), () -> now, new Random(1), executor);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void shouldBeOverWhenItsLastEventIsDue() {
        // Given
        String run = laterRuns.start();

        // When
        Object before = laterRuns.show(run).get("run");
        now = now.plusSeconds(6);
        Object after = laterRuns.show(run).get("run");

        // Then
        assertThat(before).isEqualTo(Map.of("run_id", run, "status", "running"));
        assertThat(after).isEqualTo(Map.of("run_id", run, "status", "completed"));
    }

    @Test
    void shouldStreamWhatIsDueAfterTheSequenceAndEnd() throws Exception {
        // Given
        String run = laterRuns.start();
        now = now.plusSeconds(60);

        // When
        List<String> frames = collect(laterRuns.stream(run, "tnt_demo", 9L)).get(10, TimeUnit.SECONDS);

        // Then
        assertThat(frames).hasSize(3).allSatisfy(frame -> assertThat(frame)
                .startsWith("event: agentos.event\ndata: {\"event\":{\"event_id\":\"" + run + "-1")
                .contains("\"tenant_id\":\"tnt_demo\"")
                .endsWith("}}\n\n"));
        assertThat(sequences(frames)).containsExactly(10L, 11L, 12L);
        assertThat(frames.get(2)).contains("agentos.run.completed");
    }

    @Test
    void shouldEndWhereItWasCanceled() throws Exception {
        // Given
        String run = laterRuns.start();
        now = now.plusMillis(1_000);

        // When
        Object canceled = laterRuns.cancel(run).get("run");
        now = now.plusSeconds(60);
        Object again = laterRuns.cancel(run).get("run");
        List<String> frames = collect(laterRuns.stream(run, "tnt_demo", 0L)).get(10, TimeUnit.SECONDS);

        // Then
        assertThat(canceled)
                .isEqualTo(Map.of("run_id", run, "status", "canceled"))
                .isEqualTo(again);
        assertThat(sequences(frames)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(frames.get(3)).contains("agentos.run.canceled", "\"time\":\"2026-01-01T00:00:01Z\"");
    }

    @Test
    void shouldKeepTheKeysOfTenantsApart() {
        // Given
        Map<String, Object> run = Map.of("idempotency_key", "k");

        // When
        String one = runs.key(request("tnt_1"), "agt", run);
        String other = runs.key(request("tnt_2"), "agt", run);

        // Then
        assertThat(one).isEqualTo(runs.key(request("tnt_1"), "agt", run)).isNotEqualTo(other);
        assertThatThrownBy(() -> runs.key(request(null), "agt", run)).hasMessageContaining("X-Tenant-Id");
    }

    @Test
    void shouldEmitTheEventsOfTheTenantThatAsks() throws Exception {
        // Given
        String run = laterRuns.start();
        now = now.plusSeconds(60);

        // When
        List<String> frames = collect(laterRuns.stream(run, request("tnt_1"))).get(10, TimeUnit.SECONDS);

        // Then
        assertThat(frames).hasSize(2).allMatch(frame -> frame.contains("\"tenant_id\":\"tnt_1\""));
    }

    @Test
    void shouldNotKnowRunsOfOtherStacks() {
        assertThatThrownBy(() -> runs.stream("run_other", "tnt_demo", 0L)).isInstanceOf(FederationException.class);
    }

    private static InboundRequest request(String tenantId) {
        Map<String, String> headers = tenantId == null ? Map.of() : Map.of("X-Tenant-Id", tenantId);
        return new InboundRequest("GET", "/", Map.of("from_sequence", "10"), headers, "req_1", "req_1");
    }

    private static List<Long> sequences(List<String> frames) {
        return frames.stream()
                .map(SEQUENCE::matcher)
                .filter(java.util.regex.Matcher::find)
                .map(found -> Long.valueOf(found.group(1)))
                .collect(Collectors.toList());
    }

    private static CompletableFuture<List<String>> collect(Flow.Publisher<Buffer> publisher) {
        List<String> frames = new CopyOnWriteArrayList<>();
        CompletableFuture<List<String>> all = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Buffer frame) {
                frames.add(frame.toString());
            }

            @Override
            public void onError(Throwable failure) {
                all.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                all.complete(frames);
            }
        });
        return all;
    }
}
