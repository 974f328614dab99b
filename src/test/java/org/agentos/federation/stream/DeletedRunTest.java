package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletedRunTest {
    private final Gateway gateway = new Gateway();

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "application/json", "application/x-ndjson"})
    void shouldRefuseReadersInEveryForm(String form) {
        // Given
        gateway.store(1, "agentos.step.done");
        gateway.log.delete(RUN);

        // When
        CompletableFuture<Answer> answer = gateway.ask("Accept: " + form, "on_gap=continue");

        // Then
        assertThat(answer.handle((got, failure) ->
                                FederationException.in(failure).orElseThrow())
                        .join())
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.CURSOR_EXPIRED);
                    assertThat(refusal.details()).containsEntry("reason", "deleted");
                });
        assertThat(gateway.streams.openReaders()).isZero();
    }

    @Test
    void shouldEndOpenStreams() {
        // Given
        gateway.store(1, "agentos.step.done");
        Client one = gateway.stream();
        Client other = gateway.stream();

        // When
        gateway.log.delete(RUN);

        // Then
        for (Client client : new Client[] {one, other}) {
            assertThat(client.text())
                    .endsWith("event: agentos.end\ndata: {\"reason\":\"log_replaced\",\"cursor\":\"" + gateway.cursor(1)
                            + "\"}\n\n");
        }
        assertThat(gateway.streams.openReaders()).isZero();
    }

    @Test
    void shouldAnswerPagesThatWait() {
        // Given
        CompletableFuture<Answer> page = gateway.ask("Accept: application/json", "wait_ms=30000");
        boolean waited = !page.isDone();

        // When
        gateway.log.delete(RUN);

        // Then
        assertThat(waited).isTrue();
        assertThat(page).isCompleted();
    }
}
