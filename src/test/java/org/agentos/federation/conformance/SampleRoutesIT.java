package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The samples of routes/extensions/samples, all of them dropped into the packaged application, which is killed as well. */
class SampleRoutesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final int KILLS = 3;
    private static final int RUNS = 20;
    private static final int EVENTS_OF_A_RUN = 30;
    private static final int MOST_REPEATS_OF_A_KILL = 100;

    @TempDir
    static Path directory;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static CountingSink sink;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        if (System.getProperty("federation.base-url") != null) {
            throw new TestAbortedException("needs control of the gateway's process");
        }
        sink = CountingSink.open();
        ExtendedHome home = ExtendedHome.in(directory)
                .sample("webhook-sink.yaml")
                .sample("file-archive.yaml")
                .sample("alert-failed-runs.yaml")
                .sample("mask-events.yaml")
                .sample("enrich-ingest.yaml")
                .sample("cloudevents-ingest.yaml")
                .setting("ext.webhook.url", sink.url())
                .setting("ext.webhook.redelivery-delay", "1")
                .setting("ext.archive.folder", directory.resolve("archive").toString())
                .setting("ext.enrich.region", "eu-test");
        gateway = GatewayProcess.start(home.path(), directory, Map.of("EXT_WEBHOOK_SECRET", "whsec_" + SECRET));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
            sink.close();
        }
    }

    @Test
    void shouldSendEachEventToTheWebhookAndToTheArchiveOverKills() throws Exception {
        // Given
        List<String> runs = new ArrayList<>();
        Set<String> sent = new java.util.HashSet<>();
        int before = sink.received().size();
        sink.failTimes(5);
        for (int i = 0; i < RUNS; i++) {
            String run = Sample.runId();
            runs.add(run);
            store(Sample.batch("peer_ci", Sample.envelopes(run, EVENTS_OF_A_RUN)));
            for (int sequence = 1; sequence <= EVENTS_OF_A_RUN; sequence++) {
                sent.add(Sample.TENANT + "/" + run + "/evt_" + run + "_" + sequence);
            }
        }

        // When
        for (int kill = 1; kill <= KILLS; kill++) {
            int until = kill * sent.size() / (KILLS + 1);
            await().atMost(PATIENCE).until(() -> keys().containsAll(sent) || keys().size() >= until);
            gateway.kill();
            gateway.start();
        }
        await().atMost(PATIENCE).until(() -> keys().containsAll(sent));
        for (String run : runs) {
            await().atMost(PATIENCE).until(() -> archived(run).size() >= EVENTS_OF_A_RUN);
        }

        // Then
        assertThat(sink.received().size() - before - sent.size())
                .isLessThanOrEqualTo(KILLS * MOST_REPEATS_OF_A_KILL + 5);
        for (CountingSink.Received received : sink.received()) {
            assertThat(received.header("webhook-signature")).isEqualTo(signature(received));
        }
        for (String run : runs) {
            List<String> envelopes = archived(run).stream()
                    .map(line -> line.replaceFirst("\"position\":\"\\d+\\.\\d+\",", ""))
                    .toList();
            assertThat(envelopes).containsExactly(Sample.envelopes(run, EVENTS_OF_A_RUN));
        }
    }

    @Test
    void shouldLogRunsThatFail() {
        String run = Sample.runId();
        store(Sample.batch(
                "peer_ci",
                Sample.event(run, "e1", "\"type\":\"agentos.run.failed\",\"payload\":{\"reason\":\"no memory\"}")));

        await().atMost(PATIENCE).until(() -> gateway.output()
                .contains("run failed tenant_id=" + Sample.TENANT + " run_id=" + run
                        + " event_id=e1 payload={reason=no memory}"));
    }

    @Test
    void shouldMaskPagesAndServeNothingElseThere() throws Exception {
        // Given
        String run = Sample.runId();
        store(Sample.batch(
                "peer_ci",
                Sample.event(
                        run, "e1", "\"type\":\"a.b\",\"payload\":{\"user\":{\"email\":\"a@b.example\"},\"n\":1}")));
        String path = "/ext/runs/" + run + "/events";

        // When
        HttpResponse<String> page = call("GET", path, "", "Accept", "application/json");
        HttpResponse<String> stream = call("GET", path, "", "Accept", "text/event-stream");
        HttpResponse<String> other = call("GET", path, "", "Accept", "application/json, text/event-stream");

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("\"email\":\"***\"", "\"n\":1", "next_cursor")
                .doesNotContain("a@b.example");
        assertThat(stream.statusCode()).isEqualTo(406);
        assertThat(other.statusCode()).isEqualTo(406);
        assertThat(call("GET", "/ext/runs/run_unknown/events", "", "Accept", "application/json")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldEnrichPushedEvents() throws Exception {
        // Given
        String run = Sample.runId();
        String batch = Sample.batch("peer_ci", Sample.envelope(run, 1));

        // When
        HttpResponse<String> first = call("POST", "/ext/events:ingest", batch, "Content-Type", "application/json");
        HttpResponse<String> again = call("POST", "/ext/events:ingest", batch, "Content-Type", "application/json");
        HttpResponse<String> broken = call("POST", "/ext/events:ingest", "{", "Content-Type", "application/json");

        // Then
        assertThat(first.body()).contains("\"accepted\":1");
        assertThat(again.body()).contains("\"duplicates\":1");
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(page(run)).contains("\"region\":\"eu-test\"");
    }

    @Test
    void shouldTakeCloudEvents() throws Exception {
        // Given
        String run = Sample.runId();
        String event = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/ci\",\"type\":\"ci.done\",\"runid\":\""
                + run + "\",\"sequence\":\"1\",\"data\":{\"ok\":true}}";
        String batch = "application/cloudevents-batch+json";

        // When
        HttpResponse<String> first = call("POST", "/ext/cloudevents", "[" + event + "]", "Content-Type", batch);
        HttpResponse<String> again =
                call("POST", "/ext/cloudevents", event, "Content-Type", "application/cloudevents+json");
        HttpResponse<String> none = call("POST", "/ext/cloudevents", "[{}]", "Content-Type", batch);

        // Then
        assertThat(first.body()).contains("\"accepted\":1");
        assertThat(again.body()).contains("\"duplicates\":1");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("event 0: specversion must be 1.0");
        assertThat(page(run)).contains("\"event_id\":\"/ci#1\"", "\"payload\":{\"ok\":true}");
    }

    private static String page(String run) throws Exception {
        return call("GET", "/v1/federation/runs/" + run + "/events", "", "Accept", "application/json")
                .body();
    }

    private static HttpResponse<String> call(String method, String path, String body, String header, String value)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.baseUrl() + path))
                .timeout(Duration.ofSeconds(40))
                .header("X-Tenant-Id", Sample.TENANT)
                .header("X-Peer-Id", "peer_ci")
                .header(header, value)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void store(String batch) {
        Answer answer = new Http(gateway.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(batch)
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static Set<String> keys() {
        return sink.received().stream()
                .map(received -> received.header("Idempotency-Key"))
                .collect(Collectors.toSet());
    }

    private static String signature(CountingSink.Received received) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
        String signed =
                received.header("Idempotency-Key") + "." + received.header("webhook-timestamp") + "." + received.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> archived(String run) {
        Path file = directory.resolve("archive").resolve(Sample.TENANT).resolve(run + ".ndjson");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
