package org.agentos.federation.eventlog;

import static org.agentos.federation.eventlog.EventLogs.RUN;
import static org.agentos.federation.eventlog.EventLogs.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogFormatTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void shouldPinALogRecord() {
        // Given
        List<PendingEvent> events = List.of(
                pending(new Position(2, 2), 0x1122334455667788L, 0, "agentos.step", "{}"),
                pending(new Position(5, 0), 0x99AABBCCDDEEFF00L, 5, "agentos.run.failed", "[1]"));

        // When
        LogRecord record = LogRecord.of(new Position(2, 1), events);

        // Then
        assertThat(HEX.formatHex(record.bytes()))
                .isEqualTo("01" + "02" + "0002" + "0000000000000002" + "00000001"
                        + "0000000000000000" + "00000002" + "11223344"
                        + "0000000000000005" + "00000003" + "99aabbcc"
                        + "7b7d" + "5b315d");
        assertThat(record.end()).contains(RunEnd.FAILED);
        assertThat(record.events())
                .containsExactly(
                        new StoredEvent(new Position(2, 2), 0x11223344, slice("{}")),
                        new StoredEvent(new Position(5, 0), 0x99AABBCC, slice("[1]")));
    }

    @Test
    void shouldPinAnIdsRecord() {
        // Given
        List<PendingEvent> events = List.of(pending(new Position(5, 0), 0x99AABBCCDDEEFF00L, 5, "", "{}"));

        // When
        byte[] value = IdsRecord.of(events);

        // Then
        assertThat(HEX.formatHex(value)).isEqualTo("99aabbccddeeff00" + "0000000000000005");
        assertThat(IdsRecord.holdsSequence(value, 5)).isTrue();
        assertThat(IdsRecord.holdsSequence(value, 4)).isFalse();
    }

    @Test
    void shouldPinRunRows() {
        // Given
        RunRow live = RunRow.live(7, 0x0102, Optional.empty());
        RunRow held = RunRow.live(7, 0x0102, Optional.of("stk_b"));

        // When
        RunRow deleted = live.tombstone(new Position(9, 3));

        // Then
        assertThat(HEX.formatHex(live.encode()))
                .isEqualTo("01" + "00" + "0000000000000007" + "0000000000000102" + "0000000000000000" + "00000000");
        assertThat(HEX.formatHex(held.encode())).endsWith("00000000" + "73746b5f62");
        assertThat(RunRow.decode(held.encode())).isEqualTo(held);
        assertThat(HEX.formatHex(deleted.encode()))
                .isEqualTo("01" + "01" + "0000000000000007" + "0000000000000102" + "0000000000000009" + "00000003");
        assertThat(RunRow.decode(live.encode())).isEqualTo(live);
        assertThat(RunRow.decode(deleted.encode())).isEqualTo(deleted);
    }

    @Test
    void shouldPinKeys() {
        // Given
        RunKey run = new RunKey("t", "é");

        // When
        byte[] runKey = KeyCodec.run(run);
        byte[] recordKey = KeyCodec.record(7, new Position(9, 3));

        // Then
        assertThat(HEX.formatHex(runKey)).isEqualTo("74" + "00" + "c3a9");
        assertThat(HEX.formatHex(recordKey)).isEqualTo("0000000000000007" + "0000000000000009" + "00000003");
        assertThat(KeyCodec.lastOf(recordKey)).isEqualTo(new Position(9, 3));
    }

    @Test
    void shouldRefuseARecordOfAnotherFormat() {
        // Given
        byte[] foreign = new byte[32];

        // When / Then
        assertThatThrownBy(() -> new LogRecord(foreign)).hasMessage("a log record is not of format 1");
    }

    private static PendingEvent pending(Position position, long idHash, long sequence, String type, String envelope) {
        return new PendingEvent(position, idHash, new IncomingEvent(RUN, "id", sequence, type, slice(envelope)));
    }
}
