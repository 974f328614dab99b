package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplacedLogTest {
    private final Gateway gateway = new Gateway();

    @Test
    void shouldEndOpenStreamsAtThePlaceTheyHaveReached() {
        // Given
        gateway.store(1, "agentos.step.done");
        Client one = gateway.stream();
        Client other = gateway.stream();

        // When
        gateway.log.hold(RUN, "stk_a");
        gateway.store(1, "agentos.step.started");

        // Then
        for (Client client : new Client[] {one, other}) {
            assertThat(client.text())
                    .endsWith("event: agentos.end\ndata: {\"reason\":\"log_replaced\",\"cursor\":\"" + gateway.cursor(1)
                            + "\"}\n\n")
                    .doesNotContain("agentos.step.started");
        }
        assertThat(gateway.streams.openReaders()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "application/json", "application/x-ndjson"})
    void shouldRefuseCursorsOfTheOldLogInEveryForm(String form) {
        // Given: the same event under the same sequence, so that nothing but the log tells the two apart
        gateway.store(1, "agentos.step.done");
        String old = gateway.cursor(1);
        String start = gateway.start();
        gateway.log.hold(RUN, "stk_a");
        gateway.store(1, "agentos.step.done");

        for (String cursor : new String[] {old, start}) {
            // When
            CompletableFuture<Answer> answer = gateway.ask("Accept: " + form, "cursor=" + cursor);

            // Then
            assertThat(answer.handle((got, failure) ->
                                    FederationException.in(failure).orElseThrow())
                            .join())
                    .satisfies(refusal -> {
                        assertThat(refusal.code()).isEqualTo(ErrorCode.CURSOR_EXPIRED);
                        assertThat(refusal.details()).containsEntry("earliest_sequence", 1L);
                    });
        }
    }

    @Test
    void shouldTellAReaderThatGoesOnWhatHappened() {
        // Given
        gateway.store(1, "agentos.step.done");
        String old = gateway.cursor(1);
        gateway.log.hold(RUN, "stk_a");
        gateway.store(1, "agentos.step.started");

        // When
        JsonNode page = Json.parse(gateway.page("cursor=" + old, "on_gap=continue"));

        // Then
        assertThat(page.at("/gaps/0/reason").asText()).isEqualTo("ahead");
        assertThat(page.at("/gaps/0/requested").asText()).isEqualTo(old);
        assertThat(page.at("/events/0/event/type").asText()).isEqualTo("agentos.step.started");
        assertThat(page.at("/next_cursor").asText()).isNotEqualTo(old);
    }

    @Test
    void shouldServeTheNewLogFromItsCursors() {
        // Given
        gateway.store(1, "agentos.step.done");
        gateway.log.hold(RUN, "stk_a");
        gateway.store(1, "agentos.step.started");
        String first = Json.parse(gateway.page()).at("/next_cursor").asText();
        gateway.store(2, "agentos.step.failed");

        // When
        Client resumed = gateway.stream("Last-Event-ID: " + first);

        // Then
        assertThat(resumed.text()).contains("agentos.step.failed").doesNotContain("agentos.step.started");
    }

    /** Frames are shared by readers of one place; those of the old log stand at places that the new one has too. */
    @Test
    void shouldNotShareFramesOfTheOldLog() {
        // Given
        Client[] before = {gateway.stream(), gateway.stream()};
        gateway.store(1, "agentos.step.done");
        gateway.log.hold(RUN, "stk_a");

        // When
        Client[] after = {gateway.stream(), gateway.stream()};
        gateway.store(1, "agentos.step.started");

        // Then
        for (Client client : before) {
            assertThat(client.text()).contains("agentos.step.done").contains("log_replaced");
        }
        for (Client client : after) {
            assertThat(client.text()).contains("agentos.step.started").doesNotContain("agentos.step.done");
        }
    }

    @Test
    void shouldAnswerPagesThatWaitWithCursorsOfTheirLog() {
        // Given
        gateway.store(1, "agentos.step.done");
        String last = Json.parse(gateway.page()).at("/next_cursor").asText();
        CompletableFuture<Answer> page = gateway.ask("Accept: application/json", "wait_ms=30000", "cursor=" + last);
        boolean waited = !page.isDone();

        // When
        gateway.log.hold(RUN, "stk_a");

        // Then
        assertThat(waited).isTrue();
        JsonNode got = Json.parse(((Answer.Page) page.join()).json().toString());
        assertThat(got.at("/events")).isEmpty();
        assertThat(got.at("/next_cursor").asText()).isEqualTo(last);
    }
}
