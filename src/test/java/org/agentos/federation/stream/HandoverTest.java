package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Real threads: readers open while a producer appends, so that replay meets live at every place. */
class HandoverTest {
    private static final int EVENTS = 600;
    private static final Pattern EVENT_ID = Pattern.compile("\"event_id\":\"evt_(\\d+)\"");

    private final ExecutorService readers = Executors.newFixedThreadPool(3);
    private final Gateway gateway = new Gateway(16, Gateway.settings(100, 100, 8 << 10), readers);

    @AfterEach
    void stop() {
        readers.shutdownNow();
    }

    @RepeatedTest(5)
    void shouldGiveEveryReaderEveryEventOnceInOrder() {
        // Given
        List<Client> clients = new ArrayList<>();

        // When
        for (int sequence = 1; sequence <= EVENTS; sequence++) {
            gateway.store(sequence, sequence == EVENTS ? "agentos.run.completed" : "agentos.step.done");
            if (sequence % 30 == 0) {
                clients.add(gateway.stream(sequence % 60 == 0 ? "types=agentos.*" : "follow=true"));
            }
        }

        // Then
        await().atMost(Duration.ofSeconds(20))
                .until(() -> clients.stream().allMatch(client -> client.completed() || client.failed()));
        List<String> all =
                IntStream.rangeClosed(1, EVENTS).mapToObj(String::valueOf).toList();
        for (Client client : clients) {
            assertThat(client.failed()).isFalse();
            assertThat(EVENT_ID.matcher(client.text()).results().map(hit -> hit.group(1)))
                    .containsExactlyElementsOf(all);
            assertThat(client.text()).contains("run_completed").doesNotContain("agentos.gap");
        }
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.log.watches()).isZero();
        assertThat(gateway.ask("from_sequence=" + EVENTS).join()).isEqualTo(new Answer.NoContent());
        assertThat(gateway.log.lastSequenceHint(RUN)).isEqualTo(EVENTS);
    }

    @RepeatedTest(5)
    void shouldEndEveryStreamCleanlyWhateverItIsDoing() {
        // Given
        List<Client> clients = new ArrayList<>();
        for (int sequence = 1; sequence <= EVENTS; sequence++) {
            gateway.store(sequence, "agentos.step.done");
        }
        for (int i = 0; i < 10; i++) {
            clients.add(gateway.stream());
        }

        // When
        gateway.streams.endAll(EndReason.DRAINING, Duration.ZERO);

        // Then
        await().atMost(Duration.ofSeconds(20)).until(() -> clients.stream().allMatch(Client::completed));
        for (Client client : clients) {
            String[] frames = client.text().split("\n\n", -1);
            assertThat(frames[frames.length - 1]).isEmpty();
            assertThat(frames[frames.length - 2]).startsWith("event: agentos.end\ndata: {\"reason\":\"draining\"");
            assertThat(List.of(frames).subList(1, frames.length - 2))
                    .allMatch(frame -> frame.matches("event: agentos.event\nid: \\S+\ndata: \\{.*}"));
        }
    }
}
