package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agentos.federation.support.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IngestShapesIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    private final String run = Sample.runId();
    private final String envelope = Sample.envelope(run, 1);

    @Test
    void shouldTakeTheShapeWithPeerId() {
        assertStored(post(Sample.batch("peer_ci", envelope)));
    }

    @Test
    void shouldTakeTheShapeWithPeerInfo() {
        assertStored(post("{\"peer\":{\"stack_id\":\"peer_ci\",\"region\":\"nowhere\"},\"events\":[" + envelope
                + "],\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"}"));
    }

    @Test
    void shouldTakeTheShapeWithBareEventsAndWrapThem() {
        String bare = envelope.substring("{\"event\":".length(), envelope.length() - 1);

        assertStored(post("{\"events\":[" + bare
                + "],\"ingest\":{\"source_stack_id\":\"peer_ci\",\"dedupe\":{\"mode\":\"event_id\"}}}"));
    }

    @Test
    void shouldTakeLinesOfEnvelopes() {
        // Given
        String second = Sample.envelope(run, 2);
        byte[] lines = (envelope + "\n" + second + "\n").getBytes(StandardCharsets.UTF_8);

        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .header("X-Peer-Id", "peer_ci")
                .body(lines, "application/x-ndjson")
                .send();

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("accepted").asInt()).isEqualTo(2);
        assertThat(GATEWAY.stored(run)).containsExactly(envelope, second);
    }

    @Test
    void shouldTakeAMemberOrderOfAnyKind() {
        assertStored(post("{\"events\":[" + envelope + "],\"auth\":{\"tenant_id\":\"" + Sample.TENANT
                + "\"},\"peer_id\":\"peer_ci\"}"));
    }

    @Test
    void shouldKeepTheProducersBytes() {
        // Given
        String odd = "{ \"event\" : {\"payload\":{\"b\":1.00,\"a\":\"\\u00e9 \u00e9 \\/\",\"n\":1e2,\"big\":"
                + "12345678901234567890123},\"run_id\":\"" + run + "\" , \"event_id\":\"" + Sample.unique("evt")
                + "\",\t\"sequence\": 1,\"x_new\":null}, \"beside\":[ 1,2 ] }";

        // When
        GATEWAY.store(odd);

        // Then
        assertThat(GATEWAY.stored(run)).containsExactly(odd);
    }

    @Test
    void shouldPutAnEnvelopeOfSeveralLinesOnOne() {
        // Given
        String id = Sample.unique("evt");
        String lines = "{\"event\":{\r\n  \"event_id\":\"" + id + "\",\n  \"run_id\":\"" + run + "\"\r\n}}";

        // When
        GATEWAY.store(lines);

        // Then
        assertThat(GATEWAY.stored(run)).containsExactly(lines.replace('\r', ' ').replace('\n', ' '));
    }

    @Test
    void shouldReadASequenceThatIsText() {
        // Given
        GATEWAY.store(Sample.event(run, Sample.unique("evt"), "\"sequence\":\"7\""));

        // When
        Answer late = GATEWAY.ingest(Sample.envelope(run, 7));

        // Then
        assertThat(late.json().at("/results/0/status").asText()).isEqualTo("conflict");
    }

    @Test
    void shouldTakeTheTenantFromTheBody() {
        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .json(Sample.batch("peer_ci", envelope))
                .send();

        // Then
        assertThat(answer.json().get("accepted").asInt()).isEqualTo(1);
        assertThat(GATEWAY.stored(run)).containsExactly(envelope);
    }

    @Test
    void shouldRefuseTenantsThatDisagree() {
        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.OTHER_TENANT)
                .json(Sample.batch("peer_ci", envelope))
                .send();

        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("tenant_mismatch");
    }

    @Test
    void shouldTakeAnEmptyBatch() {
        Answer answer = GATEWAY.ingest();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("accepted").asInt()).isZero();
        assertThat(answer.json().get("rejected").asInt()).isZero();
    }

    private void assertStored(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("accepted").asInt()).isEqualTo(1);
        assertThat(answer.json().get("rejected").asInt()).isZero();
        assertThat(answer.json().get("failed").asInt()).isZero();
        assertThat(answer.json().get("cursors").has(run)).isTrue();
        assertThat(GATEWAY.stored(run)).containsExactly(envelope);
    }

    private Answer post(String body) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(body)
                .send();
    }
}
