package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * One coordinate, whatever the form: a client that changes forms and ways to name its place from one connection to the
 * next, each cut at any byte, has in the end seen every event it asked for once and in order.
 */
class MixedFormsPropertyTest {
    @Property(tries = 400)
    void shouldShowEveryEventOnceOverAnyMixOfForms(
            @ForAll("histories") History history,
            @ForAll("connections") List<Connection> connections,
            @ForAll boolean filtered,
            @ForAll @IntRange(min = 0, max = 4) int tailEvents) {
        // Given
        Gateway gateway = new Gateway(tailEvents, Gateway.settings(4, 4, 512), Runnable::run);
        history.begin(gateway);
        WanderingReader reader = new WanderingReader(gateway, history, filtered);

        // When
        for (Connection connection : connections) {
            history.append(connection.appendedBefore());
            reader.readAndCut(connection);
        }
        history.append(Integer.MAX_VALUE);
        reader.readAll();

        // Then
        assertThat(reader.shown()).isEqualTo(history.ids(filtered));
        assertThat(reader.jumps()).isEqualTo(history.jumps());
        assertThat(reader.place()).isEqualTo(history.place());
        assertThat(reader.isTurnedAway()).isEqualTo(history.sealed());
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.log.watches()).isZero();
    }

    /** Steps from each event's sequence to the next; 0: it carries none. */
    @Provide
    Arbitrary<History> histories() {
        Arbitrary<Integer> steps = Arbitraries.frequency(Tuple.of(3, 1), Tuple.of(2, 0), Tuple.of(1, 3));
        Arbitrary<Boolean> hidden = Arbitraries.of(true, false);
        return Combinators.combine(
                        Combinators.combine(steps, hidden)
                                .as(History.Event::new)
                                .list()
                                .ofMaxSize(40),
                        Arbitraries.of(true, false))
                .as(History::new);
    }

    @Provide
    Arbitrary<List<Connection>> connections() {
        return Combinators.combine(
                        Arbitraries.of(Form.class),
                        Arbitraries.of(Connection.By.class),
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(Connection::new)
                .list()
                .ofMaxSize(10);
    }

    /**
     * One connection of the reader.
     *
     * @param cutPermille of the bytes that arrived, how many the client got to read
     * @param pieces it takes off the stream before it stalls; 0: all
     * @param limit of a page
     * @param appendedBefore events the producer adds before it
     * @param silence whether it lasts so long that a sign of life is due
     */
    record Connection(
            Form form,
            By by,
            int cutPermille,
            int pieces,
            int limit,
            int appendedBefore,
            boolean follow,
            boolean silence) {
        /** How it names its place; by the sequence only where the place is one. */
        enum By {
            HEADER,
            CURSOR,
            SEQUENCE
        }
    }
}
