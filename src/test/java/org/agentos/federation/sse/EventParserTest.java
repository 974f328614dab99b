package org.agentos.federation.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.sse.EventStreamException.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {
    private final List<Seen> seen = new ArrayList<>();
    private EventParser parser = parser(100, 200);

    @Test
    void shouldReadTypeDataAndId() {
        // When
        feed("event: agentos.event\nid: 7\ndata: {\"a\":1}\n\n");

        // Then
        assertThat(seen).containsExactly(new Seen("agentos.event", "{\"a\":1}", "7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void shouldReadEveryLineEnding(String end) {
        // When
        feed("data: 1" + end + end + "data: 2" + end + "data: 3" + end + end);

        // Then
        assertThat(seen).containsExactly(new Seen("message", "1", ""), new Seen("message", "2\n3", ""));
    }

    @Test
    void shouldReadMixedLineEndings() {
        // When
        feed("data: 1\r\n\rdata: 2\n\r\ndata: 3\r\r\n");

        // Then
        assertThat(datas()).containsExactly("1", "2", "3");
    }

    @Test
    void shouldTakeCarriageReturnAndLineFeedInTwoChunksForOneLineEnding() {
        // When
        feed("data: 1\r");
        feed("\ndata: 2\r");
        feed("\n\r");
        feed("\n");

        // Then
        assertThat(datas()).containsExactly("1\n2");
    }

    @Test
    void shouldSkipOneByteOrderMarkAtTheStartOnly() {
        // When
        feed("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n");

        // Then
        assertThat(datas()).containsExactly("1", "3");
    }

    @Test
    void shouldTakeOnlyTheFirstSpaceOffAValue() {
        // When
        feed("data:  two\ndata:none\ndata\ndata:\n\n");

        // Then
        assertThat(datas()).containsExactly(" two\nnone\n\n");
    }

    @Test
    void shouldTellAnEmptyDataLineFromNone() {
        // When
        feed("data\n\nevent: lost\nid: 1\n\ndata:\n\n");

        // Then
        assertThat(seen).containsExactly(new Seen("message", "", ""), new Seen("message", "", "1"));
    }

    @Test
    void shouldIgnoreCommentsAndUnknownFields() {
        // When
        feed(": hb\n\n:\nDATA: x\n data: x\ndatax: y\nfoo\ndata: 1\n: hb\n\n");

        // Then
        assertThat(datas()).containsExactly("1");
    }

    @Test
    void shouldKeepTheIdUntilAnotherComes() {
        // When
        feed("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n");

        // Then
        assertThat(seen).extracting(Seen::id).containsExactly("1", "1", "");
    }

    @Test
    void shouldIgnoreAnIdWithNul() {
        // When
        feed("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n");

        // Then
        assertThat(seen).extracting(Seen::id).containsExactly("1", "1");
    }

    @Test
    void shouldForgetTheTypeAtEachBlankLine() {
        // When
        feed("event: a\n\ndata: 1\n\nevent: b\nevent: c\ndata: 2\n\n");

        // Then
        assertThat(seen).extracting(Seen::type).containsExactly("message", "c");
    }

    @Test
    void shouldTakeAReconnectionTimeOfDigitsOnly() {
        // When
        feed("retry: 1500\nretry: -1\nretry: 2s\nretry:\nretry: 99999999999999999999\nretry: \u0661\n");

        // Then
        assertThat(parser.reconnectionTime()).hasValue(1500);
    }

    @Test
    void shouldDropWhatTheStreamLeavesUnfinished() {
        // When
        feed("data: 1\n\ndata: 2\n");

        // Then
        assertThat(datas()).containsExactly("1");
    }

    @Test
    void shouldHandOnTheBytesOfData() {
        // Given
        byte[] broken = {'d', 'a', 't', 'a', ':', (byte) 0xC3, (byte) 0x28, '\n', '\n'};
        List<byte[]> datas = new ArrayList<>();

        // When
        new EventParser(100, 100, (type, data, id) -> datas.add(data)).feed(broken);

        // Then
        assertThat(datas).containsExactly(new byte[] {(byte) 0xC3, (byte) 0x28});
    }

    @Test
    void shouldTakeALineOfExactlyTheLimit() {
        // When
        feed("data: " + "x".repeat(94) + "\n\n");

        // Then
        assertThat(datas()).containsExactly("x".repeat(94));
    }

    @Test
    void shouldCutALineWithoutEnd() {
        // Given
        feed("data: 1\n\n");

        // When
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 101; i++) {
                        feed("x");
                    }
                })
                // Then
                .isInstanceOfSatisfying(
                        EventStreamException.class, e -> assertThat(e.limit()).isEqualTo(Limit.LINE))
                .hasMessage("a line is longer than 100 bytes");
        assertThat(datas()).containsExactly("1");
    }

    @Test
    void shouldCutAnEventOfTooManyLines() {
        // Given
        String line = "data: " + "x".repeat(66) + "\n";
        feed(line.repeat(2));
        feed("data: " + "x".repeat(66) + "\n\n"); // 3 x 66 and 2 line feeds: the limit

        // When
        assertThatThrownBy(() -> feed(line.repeat(2) + "data: " + "x".repeat(67) + "\n"))
                // Then
                .isInstanceOfSatisfying(
                        EventStreamException.class, e -> assertThat(e.limit()).isEqualTo(Limit.EVENT))
                .hasMessage("the data of an event is longer than 200 bytes");
        assertThat(seen).hasSize(1);
    }

    @Test
    void shouldPassOverWhatIsTooLongWhereThatIsTolerated() {
        // Given
        parser = tolerant(1000);

        // When
        feed("id: 1\ndata: " + "x".repeat(500));
        feed("x".repeat(400) + "\n\ndata: a\nid: 2\n: " + "y".repeat(500) + "\n\n");
        feed(("data: " + "z".repeat(90) + "\n").repeat(6) + "id: 3\n\ndata: b\n\n");

        // Then
        assertThat(seen)
                .containsExactly(
                        new Seen("overlong", "", ""),
                        new Seen("message", "a", "2"),
                        new Seen("overlong", "", ""),
                        new Seen("message", "b", "3"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 5000})
    void shouldCutAnEventThatGoesBeyondWhatIsTolerated(int chunk) {
        // Given
        parser = tolerant(1000);
        String fits = "data: " + "x".repeat(994) + "\n\n";

        // When
        assertThatThrownBy(() -> {
                    String stream = fits + fits + fits.replace("\n\n", "x\n\n");
                    for (int i = 0; i < stream.length(); i += chunk) {
                        feed(stream.substring(i, Math.min(stream.length(), i + chunk)));
                    }
                })
                // Then
                .isInstanceOf(EventStreamException.class);
        assertThat(seen).containsExactly(new Seen("overlong", "", ""), new Seen("overlong", "", ""));
    }

    private EventParser tolerant(int tolerated) {
        return new EventParser(100, 200, tolerated, "", new EventParser.Receiver() {
            @Override
            public void event(String type, byte[] data, String id) {
                seen.add(new Seen(type, new String(data, StandardCharsets.UTF_8), id));
            }

            @Override
            public void overlong() {
                seen.add(new Seen("overlong", "", ""));
            }
        });
    }

    private EventParser parser(int maxLine, int maxEvent) {
        return new EventParser(
                maxLine,
                maxEvent,
                (type, data, id) -> seen.add(new Seen(type, new String(data, StandardCharsets.UTF_8), id)));
    }

    private void feed(String text) {
        parser.feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> datas() {
        return seen.stream().map(Seen::data).toList();
    }

    private record Seen(String type, String data, String id) {}
}
