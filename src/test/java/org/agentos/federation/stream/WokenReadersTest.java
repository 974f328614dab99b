package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers that are woken at the moment at which something else happens. Of two readers of a run each uses what the other read. */
class WokenReadersTest {
    private static final String STEP = "agentos.step.done";
    private static final String COMPLETED = "agentos.run.completed";

    private final UnsteadyLog unsteady = new UnsteadyLog();
    private final Gateway gateway =
            new Gateway(1000, Gateway.settings(4, 3, 64 << 10), Runnable::run, unsteady::before);

    /** The tail shows an event a moment before the log tells that it is the last one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldTellTheEndToWhoReadTheLastEventBeforeItWasKnownAsSuch(int readers) {
        // Given
        gateway.store(1, STEP);
        Client[] clients = new Client[readers];
        for (int i = 0; i < readers; i++) {
            clients[i] = gateway.stream(Client.stalledAfter(1));
        }
        unsteady.holdBack();
        gateway.store(2, COMPLETED);
        for (Client client : clients) {
            client.request(8);
        }

        // When
        unsteady.goOn();
        gateway.store(3, STEP); // late, and readers are woken

        // Then
        for (Client client : clients) {
            assertThat(client.text()).contains("\"evt_2\"", "\"run_completed\"").doesNotContain("\"evt_3\"");
        }
    }

    /** A sequence number may be asked for while the log is empty; the run then need not come so far. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldEndAStreamThatStandsBeyondTheEventThatSealsItsRun(int readers) {
        // Given
        Client[] clients = new Client[readers];
        for (int i = 0; i < readers; i++) {
            clients[i] = gateway.stream("from_sequence=5");
        }

        // When
        gateway.store(1, STEP);
        gateway.store(2, COMPLETED);

        // Then
        for (Client client : clients) {
            assertThat(client.text()).contains("\"run_completed\"").doesNotContain("\"evt_");
            assertThat(client.completed()).isTrue();
        }
        assertThat(gateway.streams.openReaders()).isZero();
    }

    @Test
    void shouldTellTheEndInAPageThatStandsBeyondIt() {
        // Given
        CompletableFuture<Answer> page = gateway.ask("Accept: application/json", "from_sequence=5", "wait_ms=30000");
        assertThat(page).isNotDone();

        // When
        gateway.store(2, COMPLETED);

        // Then
        assertThat(page).isDone();
        assertThat(((Answer.Page) page.join()).json().toString()).contains("\"events\":[]", "\"run_completed\"");
    }

    @Test
    void shouldWakeReadersThoughTheLogCannotTellOfTheirRunJustThen() {
        // Given
        Client client = gateway.stream();

        // When
        unsteady.failNext(new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "the event log could not be read"));
        gateway.store(1, STEP);

        // Then
        assertThat(client.text()).contains("\"evt_1\"");
        gateway.store(2, STEP);
        assertThat(client.text()).contains("\"evt_2\"");
    }

    @Test
    void shouldAnswerARequestThatCannotBeServedForWantOfMemory() {
        // Given
        unsteady.failNext(new InternalError("no memory"));

        // When
        CompletableFuture<Answer> answer = gateway.ask();

        // Then
        assertThat(answer).isCompletedExceptionally();
        assertThat(gateway.streams.openReaders()).isZero();
    }

    @Test
    void shouldGiveNoCursorOfARevokedKeyInFramesMadeBefore() {
        // Given
        Client first = gateway.stream();
        Client second = gateway.stream(Client.stalledAfter(1));
        gateway.store(1, STEP);
        byte[] secret = new byte[32];
        secret[0] = 1;

        // When
        gateway.keys = gateway.keys.rotated(secret, true);
        second.request(8);

        // Then
        assertThat(first.text()).contains("\"evt_1\"");
        assertThat(gateway.codec.decode(RUN, lastId(second)).position()).isEqualTo(new Position(1, 0));
    }

    private static String lastId(Client client) {
        String from = client.text().substring(client.text().lastIndexOf("\nid: ") + 5);
        return from.substring(0, from.indexOf('\n'));
    }
}
