package org.agentos.federation.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any stream, however it is cut. */
class EventParserPropertyTest {
    private static final int MAX_LINE = 24;
    private static final int MAX_EVENT = 40;

    @Property(tries = 2000)
    void shouldReadTheSameFromAnyChunks(
            @ForAll("streams") byte[] stream, @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 9) Integer> sizes) {
        assertThat(read(stream, sizes)).isEqualTo(read(stream, List.of(stream.length + 1)));
    }

    @Property(tries = 500)
    void shouldReadTheSameFromSingleBytes(@ForAll("streams") byte[] stream) {
        assertThat(read(stream, List.of(1))).isEqualTo(read(stream, List.of(stream.length + 1)));
    }

    @Property(tries = 2000)
    void shouldReadWhatTheStandardSays(
            @ForAll("streams") byte[] stream, @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 9) Integer> sizes) {
        // Given
        List<String> seen = new ArrayList<>();
        EventParser parser = new EventParser(
                1 << 20,
                1 << 20,
                (type, data, id) -> seen.add(type + "|" + new String(data, StandardCharsets.UTF_8) + "|" + id));

        // When
        feed(parser, stream, sizes);

        // Then
        StandardReader standard = new StandardReader(stream);
        assertThat(seen).isEqualTo(standard.events());
        assertThat(parser.lastEventId()).isEqualTo(standard.lastEventId());
        assertThat(parser.reconnectionTime()).isEqualTo(standard.reconnectionTime());
    }

    @Property(tries = 500)
    void shouldReadWhatAWriterWrote(
            @ForAll @Size(max = 6) List<@AlphaChars String> payloads,
            @ForAll("endings") String ending,
            @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 9) Integer> sizes) {
        // Given
        StringBuilder stream = new StringBuilder();
        payloads.forEach(p -> stream.append("data: ").append(p).append(ending).append(ending));
        List<String> seen = new ArrayList<>();
        EventParser parser = new EventParser(
                1 << 20, 1 << 20, (type, data, id) -> seen.add(new String(data, StandardCharsets.UTF_8)));

        // When
        feed(parser, stream.toString().getBytes(StandardCharsets.UTF_8), sizes);

        // Then
        assertThat(seen).isEqualTo(payloads);
    }

    @Provide
    Arbitrary<String> endings() {
        return Arbitraries.of("\n", "\r", "\r\n");
    }

    /** Built from pieces that matter to the parser, with garbage between, so that states are really met. */
    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> pieces = Arbitraries.of(
                        "data",
                        "data:",
                        "data: ",
                        "id:",
                        "id: 1",
                        "event: e",
                        "retry: 5",
                        ":",
                        " ",
                        "\n",
                        "\n",
                        "\r",
                        "\r\n",
                        "\n\n",
                        "x",
                        "{}",
                        "\uFEFF",
                        "\0",
                        "xxxxxxxxxxxxxxxx")
                .map(piece -> piece.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> garbage = Arbitraries.bytes().array(byte[].class).ofMaxSize(4);
        return Arbitraries.frequencyOf(Tuple.of(9, pieces), Tuple.of(1, garbage))
                .list()
                .ofMaxSize(40)
                .map(EventParserPropertyTest::join);
    }

    private static byte[] join(List<byte[]> pieces) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        pieces.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    /** Everything a receiver learns, in order; the failure too. */
    private static List<String> read(byte[] stream, List<Integer> sizes) {
        List<String> seen = new ArrayList<>();
        EventParser parser = new EventParser(
                MAX_LINE,
                MAX_EVENT,
                (type, data, id) -> seen.add(type + "|" + new String(data, StandardCharsets.ISO_8859_1) + "|" + id));
        try {
            feed(parser, stream, sizes);
            seen.add("retry " + parser.reconnectionTime());
        } catch (EventStreamException e) {
            seen.add(e.getMessage());
        }
        return seen;
    }

    /** Feeds chunks of the sizes given, over and over; of one byte when none are. */
    private static void feed(EventParser parser, byte[] stream, List<Integer> sizes) {
        int at = 0;
        for (int i = 0; at < stream.length; i++) {
            int size = sizes.isEmpty() ? 1 : sizes.get(i % sizes.size());
            int length = Math.min(size, stream.length - at);
            parser.feed(stream, at, length);
            at += length;
        }
    }
}
