package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final String STEP = "agentos.step.done";
    private static final String JSON = "Accept: application/json";

    private final Gateway gateway = new Gateway();

    @Test
    void shouldGiveAPageAsTheContractPrintsIt() {
        gateway.store(1, STEP);
        gateway.store(2, STEP);
        gateway.store(3, STEP);

        assertThat(gateway.page("limit=2"))
                .isEqualTo("{\"events\":[" + envelope("evt_1", STEP) + "," + envelope("evt_2", STEP)
                        + "],\"cursors\":[\"" + gateway.cursor(1) + "\",\"" + gateway.cursor(2)
                        + "\"],\"next_cursor\":\"" + gateway.cursor(2) + "\",\"has_more\":true,\"earliest_cursor\":\""
                        + gateway.start() + "\",\"latest_cursor\":\"" + gateway.cursor(3) + "\",\"gaps\":[]}");
    }

    @Test
    void shouldGiveAnEmptyPageOfARunWithoutEvents() {
        String start = gateway.start();

        assertThat(gateway.page())
                .isEqualTo("{\"events\":[],\"cursors\":[],\"next_cursor\":\"" + start
                        + "\",\"has_more\":false,\"earliest_cursor\":\"" + start + "\",\"latest_cursor\":\"" + start
                        + "\",\"gaps\":[]}");
    }

    @Test
    void shouldTellTheEndWithTheLastPageAndAfterIt() {
        gateway.store(1, STEP);
        gateway.store(2, "agentos.run.failed");
        String end = ",\"end\":{\"reason\":\"run_failed\",\"cursor\":\"" + gateway.cursor(2) + "\"}}";

        assertThat(gateway.page("limit=1")).doesNotContain("\"end\"");
        assertThat(gateway.page("limit=2")).endsWith(end);
        assertThat(gateway.page("cursor=" + gateway.cursor(2), "wait_ms=1000")).endsWith(end);
    }

    @Test
    void shouldAdvancePastHiddenEventsAndListGaps() {
        gateway.store(1, STEP);
        gateway.store(4, STEP);
        gateway.store(5, "other");

        String page = gateway.page("types=other");

        assertThat(page)
                .contains("\"events\":[" + envelope("evt_5", "other") + "]", "\"next_cursor\":\"" + gateway.cursor(5))
                .contains("\"gaps\":[{\"reason\":\"sequence\",\"requested\":\"" + gateway.cursor(1)
                        + "\",\"earliest\":\"" + gateway.cursor(1) + "\",\"missing\":[2,3]}]");
        assertThat(gateway.page("types=none")).contains("\"events\":[]", "\"next_cursor\":\"" + gateway.cursor(5));
    }

    @Test
    void shouldGoOnInAnotherPageAfterAThousandGapsBeforeEventsThatAFilterHides() {
        // Given
        for (int sequence = 1; sequence <= 2400; sequence += 2) {
            gateway.store(sequence, STEP);
        }

        // When
        JsonNode first = Json.parse(gateway.page("types=none"));
        JsonNode second = Json.parse(
                gateway.page("types=none", "cursor=" + first.at("/next_cursor").asText()));

        // Then
        assertThat(first.at("/gaps")).hasSize(1000);
        assertThat(first.at("/has_more").asBoolean()).isTrue();
        assertThat(second.at("/gaps")).hasSize(199);
        assertThat(second.at("/gaps/0/missing/0").asLong())
                .isEqualTo(first.at("/gaps/999/missing/0").asLong() + 2);
        assertThat(second.at("/next_cursor").asText()).isEqualTo(gateway.cursor(2399));
    }

    @Test
    void shouldTellARetentionGapWhenAsked() {
        gateway.store(1, STEP);
        gateway.store(2, STEP);
        gateway.store(3, STEP);
        gateway.log.trim(Gateway.RUN, new Position(2, 0));

        assertThat(gateway.page("from_sequence=1", "on_gap=continue"))
                .startsWith("{\"events\":[" + envelope("evt_3", STEP) + "]")
                .contains("\"gaps\":[{\"reason\":\"retention\",\"requested\":1,\"earliest\":\"" + gateway.cursor(2)
                        + "\",\"missing\":[2,2]}]");
    }

    @Test
    void shouldWaitForTheFirstEvent() {
        // Given
        CompletableFuture<Answer> waiting = gateway.ask(JSON, "wait_ms=30000");
        assertThat(waiting).isNotDone();

        // When
        gateway.store(1, STEP);

        // Then
        assertThat(((Answer.Page) waiting.join()).json().toString()).contains("\"evt_1\"", "\"has_more\":false");
        assertThatNothingIsHeld();
    }

    @Test
    void shouldGiveUpWaitingAfterItsTime() {
        // Given
        CompletableFuture<Answer> waiting = gateway.ask(JSON, "wait_ms=30000", "types=other");
        gateway.store(1, STEP);
        assertThat(waiting).isNotDone();

        // When
        gateway.scheduler.expire();

        // Then
        assertThat(((Answer.Page) waiting.join()).json().toString())
                .contains("\"events\":[]", "\"next_cursor\":\"" + gateway.cursor(1));
        assertThatNothingIsHeld();
    }

    @Test
    void shouldAnswerWaitingPagesWhenDraining() {
        // Given
        CompletableFuture<Answer> waiting = gateway.ask(JSON, "wait_ms=30000");

        // When
        gateway.streams.endAll(EndReason.DRAINING, Duration.ZERO);

        // Then
        assertThat(waiting).isCompleted();
        assertThatNothingIsHeld();
    }

    @Test
    void shouldCountWaitingPagesAsStreams() {
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.ask(JSON, "wait_ms=1000")).isNotDone();
        }

        assertThat(gateway.ask(JSON, "wait_ms=1000"))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(FederationException.class);
        assertThat(gateway.page()).contains("\"events\":[]");
    }

    @Test
    void shouldBoundAPageByBytes() {
        String huge = "x".repeat(1 << 18);
        for (int sequence = 1; sequence <= 6; sequence++) {
            gateway.store(sequence, huge);
        }

        String page = gateway.page("limit=1000");

        assertThat(page)
                .hasSizeLessThan(6 << 18)
                .contains("\"has_more\":true", "\"next_cursor\":\"" + gateway.cursor(4));
    }

    private void assertThatNothingIsHeld() {
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.log.watches()).isZero();
        assertThat(gateway.scheduler.pending()).isZero();
    }
}
