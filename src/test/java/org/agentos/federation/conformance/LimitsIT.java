package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LimitsIT {
    private static final int MAX_BODY = 8 * 1024 * 1024;
    private static final int MAX_EVENTS = 5_000;
    private static final int MAX_EVENT = 256 * 1024;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    @Test
    void shouldTakeABatchAtTheLimitAndNoneAbove() {
        // Given
        String run = Sample.runId();
        String other = Sample.runId();

        // When
        Answer atLimit = GATEWAY.ingest(Sample.envelopes(run, MAX_EVENTS));
        Answer above = GATEWAY.ingest(Sample.envelopes(other, MAX_EVENTS + 1));

        // Then
        assertThat(atLimit.json().get("accepted").asInt()).isEqualTo(MAX_EVENTS);
        assertTooLarge(above);
        assertNothingStored(other);
    }

    @Test
    void shouldTakeALargeEventAndRefuseOneOverTheLimit() {
        // Given
        String run = Sample.runId();
        String other = Sample.runId();

        // When
        Answer large = GATEWAY.ingest(withPayload(run, MAX_EVENT - 1024));
        Answer above = GATEWAY.ingest(Sample.envelope(other, 1), withPayload(other, MAX_EVENT + 1));

        // Then
        assertThat(large.json().get("accepted").asInt()).isEqualTo(1);
        assertTooLarge(above);
        assertThat(above.details().get("limit_bytes").asInt()).isEqualTo(MAX_EVENT);
        assertNothingStored(other);
    }

    @Test
    void shouldRefuseABodyOverTheLimit() {
        // When
        Answer answer = ingest(padded(MAX_BODY + 1)).send();

        // Then
        assertTooLarge(answer);
        assertThat(answer.details().get("limit_bytes").asInt()).isEqualTo(MAX_BODY);
    }

    @Test
    void shouldMeasureAPackedBodyByWhatItHolds() {
        // Given
        String run = Sample.runId();
        String body = Sample.batch("peer_ci", Sample.envelope(run, 1));

        // When
        Answer small = ingest(body).gzip().send();
        Answer bomb = ingest(padded(3 * MAX_BODY)).gzip().send();

        // Then
        assertThat(small.json().get("accepted").asInt()).isEqualTo(1);
        assertTooLarge(bomb);
        assertThat(bomb.details().get("limit_bytes").asInt()).isEqualTo(MAX_BODY);
    }

    @Test
    void shouldRefuseABrokenOrUnknownPacking() {
        // When
        Answer broken =
                ingest("this is no gzip").header("Content-Encoding", "gzip").send();
        Answer unknown = ingest("{}").header("Content-Encoding", "br").send();

        // Then
        assertThat(broken.status()).isEqualTo(400);
        assertThat(unknown.status()).isEqualTo(415);
    }

    @Test
    void shouldRefuseHugeHeadersAndRequestLines() {
        // When
        Answer headers = GATEWAY.http()
                .get("/v1/federation/health")
                .header("X-Padding", "x".repeat(100_000))
                .send();
        Answer line = GATEWAY.http()
                .get("/v1/federation/health?x=" + "x".repeat(100_000))
                .send();

        // Then
        assertThat(headers.status()).isEqualTo(431);
        assertThat(headers.errorCode()).isEqualTo("request_too_large");
        assertThat(line.status()).isEqualTo(414);
        assertThat(line.errorCode()).isEqualTo("request_too_large");
    }

    private static void assertTooLarge(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(413);
        assertThat(answer.errorCode()).isEqualTo("payload_too_large");
    }

    private static void assertNothingStored(String run) {
        assertThat(GATEWAY.http()
                        .get("/v1/federation/runs/" + run + "/events?follow=false")
                        .tenant(Sample.TENANT)
                        .send()
                        .status())
                .isEqualTo(404);
    }

    private static Http.Call ingest(String body) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(body);
    }

    private static String withPayload(String run, int bytes) {
        return Sample.event(run, Sample.unique("evt"), "\"sequence\":2,\"payload\":\"" + "x".repeat(bytes) + "\"");
    }

    private static String padded(int bytes) {
        String batch = Sample.batch("peer_ci", Sample.envelope(Sample.runId(), 1));
        return " ".repeat(bytes - batch.length()) + batch;
    }
}
