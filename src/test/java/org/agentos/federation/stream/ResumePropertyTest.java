package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Any cut and any resume gives every event once, in order, whatever is appended between. */
class ResumePropertyTest {
    private static final Pattern ID = Pattern.compile("id: (\\S+)\n");
    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"(\\w+)\"");

    @Property(tries = 150)
    void shouldGiveEveryEventOnceOverAnyCuts(
            @ForAll("sequences") List<Integer> sequenced,
            @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 6) Integer> cuts,
            @ForAll @IntRange(min = 0, max = 4) int tailEvents,
            @ForAll boolean onlyCursorsInHeader) {
        // Given
        Gateway gateway = gateway(tailEvents);
        Producer producer = new Producer(gateway, sequenced);
        List<String> got = new ArrayList<>();
        String cursor = null;

        // When
        for (int pieces : cuts) {
            producer.append(10);
            cursor = readAndCut(gateway, cursor, Client.stalledAfter(pieces), producer, onlyCursorsInHeader, got);
        }
        producer.append(Integer.MAX_VALUE);
        readAndCut(gateway, cursor, Client.eager(), producer, onlyCursorsInHeader, got);

        // Then
        assertThat(got).isEqualTo(producer.stored);
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.log.watches()).isZero();
    }

    @Property(tries = 100)
    void shouldGiveTheSameEventsInPagesAsInStreams(
            @ForAll("sequences") List<Integer> sequenced, @ForAll @IntRange(min = 1, max = 7) int limit) {
        // Given
        Gateway gateway = gateway(2);
        Producer producer = new Producer(gateway, sequenced);
        producer.append(Integer.MAX_VALUE);
        List<String> got = new ArrayList<>();
        String page = gateway.page("limit=" + limit);

        // When
        all(EVENT, page, got);
        while (page.contains("\"has_more\":true")) {
            page = gateway.page("limit=" + limit, "cursor=" + next(page));
            all(EVENT, page, got);
        }

        // Then
        assertThat(got).isEqualTo(producer.stored);
    }

    /** How much each event's sequence is above the last; 0: it carries none. */
    @Provide
    Arbitrary<List<Integer>> sequences() {
        return Arbitraries.frequency(Tuple.of(3, 1), Tuple.of(2, 0), Tuple.of(1, 3))
                .list()
                .ofMaxSize(80);
    }

    /**
     * Reads with a client, lets the producer go on meanwhile, cuts, and returns the last id the client was told. As in a
     * browser, a frame cut in the middle counts for nothing.
     */
    private static String readAndCut(
            Gateway gateway, String cursor, Client client, Producer producer, boolean header, List<String> got) {
        if (cursor == null) {
            gateway.stream(client);
        } else {
            gateway.stream(client, (header ? "Last-Event-ID: " : "cursor=") + cursor);
        }
        producer.append(3);
        client.cancel();
        List<String> ids = new ArrayList<>();
        String whole = client.text().substring(0, client.text().lastIndexOf("\n\n") + 2);
        all(ID, whole, ids);
        all(EVENT, whole, got);
        return ids.get(ids.size() - 1);
    }

    private static void all(Pattern pattern, String text, List<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
    }

    private static String next(String page) {
        List<String> cursors = new ArrayList<>();
        all(Pattern.compile("\"next_cursor\":\"([^\"]+)\""), page, cursors);
        return cursors.get(0);
    }

    /** Pieces so small that events are cut in the middle too. */
    private static Gateway gateway(int tailEvents) {
        return new Gateway(tailEvents, Gateway.settings(4, 4, 512), Runnable::run);
    }

    private static final class Producer {
        private final Gateway gateway;
        private final List<Integer> steps;
        private final List<String> stored = new ArrayList<>();
        private long sequence;

        private Producer(Gateway gateway, List<Integer> steps) {
            this.gateway = gateway;
            this.steps = steps;
        }

        private void append(int count) {
            for (int i = 0; i < count && stored.size() < steps.size(); i++) {
                int step = steps.get(stored.size());
                sequence += step;
                String eventId = "e" + stored.size();
                gateway.store(step == 0 ? 0 : sequence, eventId, "agentos.step.done");
                stored.add(eventId);
            }
        }
    }
}
