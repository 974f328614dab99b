package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestVerdictsIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b").peer("stk_c");

    private final String run = Sample.runId();
    private final String first = Sample.envelope(run, 1);

    @Test
    void shouldCountAnEnvelopeSentTwiceAsOneAcceptedOneRejected() {
        // When
        Answer answer = GATEWAY.ingest(first, first);

        // Then
        assertCounts(answer, 1, 1, 1, 0);
        assertResult(answer, 1, "duplicate");
        assertThat(answer.json().get("results")).hasSize(1);
        assertThat(GATEWAY.stored(run)).containsExactly(first);
    }

    @Test
    void shouldKnowADuplicateByItsJsonValue() {
        // Given
        GATEWAY.store(Sample.event(run, "evt_1", "\"sequence\":1,\"payload\":{\"a\":1,\"b\":[1, 2]}"));

        // When
        Answer again = GATEWAY.ingest("{ \"event\": {\"payload\": {\"b\":[1,2],\"a\":1}, \"sequence\": 1, \"run_id\":\""
                + run + "\", \"event_id\":\"evt_1\"} }");

        // Then
        assertCounts(again, 0, 1, 1, 0);
        assertResult(again, 0, "duplicate");
    }

    @Test
    void shouldCallOtherContentUnderAnIdAConflict() {
        // Given
        GATEWAY.store(first);

        // When
        Answer other = GATEWAY.ingest(Sample.envelope(run, 1, "agentos.step.failed"));

        // Then
        assertCounts(other, 0, 1, 0, 1);
        assertResult(other, 0, "conflict");
        assertThat(GATEWAY.stored(run)).containsExactly(first);
    }

    @Test
    void shouldCallAnotherIdUnderASequenceAConflict() {
        // Given
        GATEWAY.store(first);

        // When
        Answer other = GATEWAY.ingest(Sample.event(run, "evt_other", "\"sequence\":1"));

        // Then
        assertResult(other, 0, "conflict");
        assertThat(GATEWAY.stored(run)).containsExactly(first);
    }

    @Test
    void shouldCallAPassedSequenceLate() {
        // Given
        String third = Sample.envelope(run, 3);
        GATEWAY.store(third);

        // When
        Answer second = GATEWAY.ingest(Sample.envelope(run, 2));

        // Then
        assertCounts(second, 0, 1, 0, 1);
        assertResult(second, 0, "late");
        assertThat(GATEWAY.stored(run)).containsExactly(third);
    }

    @Test
    void shouldTakeASequencedBatchInSequenceOrder() {
        // Given
        String second = Sample.envelope(run, 2);
        String third = Sample.envelope(run, 3);

        // When
        Answer answer = GATEWAY.ingest(third, first, second);

        // Then
        assertCounts(answer, 3, 0, 0, 0);
        assertThat(GATEWAY.stored(run)).containsExactly(first, second, third);
    }

    @Test
    void shouldTakeAMixedBatchAsSent() {
        // Given
        String unsequenced = Sample.event(run, "evt_u", "\"type\":\"note\"");
        String zero = Sample.event(run, "evt_z", "\"sequence\":0");
        String second = Sample.envelope(run, 2);

        // When
        Answer answer = GATEWAY.ingest(second, unsequenced, first, zero);

        // Then
        assertCounts(answer, 3, 1, 0, 1);
        assertResult(answer, 2, "late");
        assertThat(GATEWAY.stored(run)).containsExactly(second, unsequenced, zero);
    }

    @Test
    void shouldAcceptGaps() {
        assertCounts(GATEWAY.ingest(first, Sample.envelope(run, 1000)), 2, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":{\"run_id\":\"RUN\",\"sequence\":2}}",
                "{\"event\":{\"event_id\":\"e\",\"sequence\":2}}",
                "{\"event\":{\"event_id\":\"\",\"run_id\":\"RUN\"}}",
                "{\"event\":{\"event_id\":7,\"run_id\":\"RUN\"}}",
                "{\"event\":{\"event_id\":\"e\",\"run_id\":\"RUN\",\"sequence\":-1}}",
                "{\"event\":{\"event_id\":\"e\",\"run_id\":\"RUN\",\"sequence\":1.5}}",
                "{\"event\":{\"event_id\":\"e\",\"run_id\":\"RUN\",\"sequence\":9223372036854775808}}",
                "{\"event\":{\"event_id\":\"e\",\"run_id\":\"RUN\",\"sequence\":\"two\"}}",
                "{\"event\":[]}",
                "{\"event\":null}",
                "{}",
                "17"
            })
    void shouldCallAnUnusableEventInvalidAndTakeTheOthers(String unusable) {
        // When
        Answer answer = GATEWAY.ingest(first, unusable.replace("RUN", run), Sample.envelope(run, 9));

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertCounts(answer, 2, 1, 0, 1);
        assertResult(answer, 1, "invalid");
    }

    @Test
    void shouldRefuseAnEventOfAnotherTenant() {
        // When
        Answer answer = GATEWAY.ingest(
                Sample.event(run, "evt_x", "\"sequence\":1,\"tenant_id\":\"" + Sample.OTHER_TENANT + "\""),
                Sample.event(run, "evt_own", "\"sequence\":2,\"tenant_id\":\"" + Sample.TENANT + "\""));

        // Then
        assertCounts(answer, 1, 1, 0, 1);
        assertResult(answer, 0, "tenant_mismatch");
    }

    @Test
    void shouldSealARunByItsTerminalEvent() {
        // Given
        GATEWAY.store(first, Sample.completed(run, 2));

        // When
        Answer after = GATEWAY.ingest(Sample.envelope(run, 3));
        Answer again = GATEWAY.ingest(first);

        // Then
        assertResult(after, 0, "late");
        assertThat(after.json().at("/results/0/reason").asText()).isEqualTo("sealed");
        assertResult(again, 0, "duplicate");
    }

    @Test
    void shouldKeepRunsApart() {
        // Given
        String other = Sample.runId();
        String sameId = Sample.event(other, "evt_" + run + "_1", "\"sequence\":1");

        // When
        Answer answer = GATEWAY.ingest(first, sameId);

        // Then
        assertCounts(answer, 2, 0, 0, 0);
        assertThat(answer.json().get("cursors").has(run)).isTrue();
        assertThat(answer.json().get("cursors").has(other)).isTrue();
    }

    @Test
    void shouldForbidAKnownPeerToPushIntoAnothersRun() {
        // Given
        GATEWAY.peerOf("stk_b");
        String held = GATEWAY.started("stk_b");

        // When
        Answer stranger = push("stk_c", Sample.envelope(held, 1));
        Answer holder = push("stk_b", Sample.envelope(held, 1));

        // Then
        assertResult(stranger, 0, "forbidden");
        assertCounts(holder, 1, 0, 0, 0);
    }

    private static Answer push(String peerId, String envelope) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch(peerId, envelope))
                .send();
    }

    private static void assertCounts(Answer answer, int accepted, int rejected, int duplicates, int failed) {
        JsonNode counts = answer.json();
        assertThat(List.of(
                        counts.path("accepted").asInt(-1),
                        counts.path("rejected").asInt(-1),
                        counts.path("duplicates").asInt(-1),
                        counts.path("failed").asInt(-1)))
                .as("accepted, rejected, duplicates, failed of " + answer)
                .containsExactly(accepted, rejected, duplicates, failed);
    }

    private static void assertResult(Answer answer, int index, String status) {
        assertThat(answer.json().get("results"))
                .as(answer.toString())
                .anyMatch(result -> result.get("index").asInt() == index
                        && result.get("status").asText().equals(status));
    }
}
