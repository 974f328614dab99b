package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
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
        LogRecord record = LogRecord.of(new Position(2, 1), new Volume(7, 0x0809), 0x0A0B, events);

        // Then
        assertThat(HEX.formatHex(record.bytes()))
                .isEqualTo("02" + "02" + "0002" + "0000000000000002" + "00000001"
                        + "0000000000000a0b" + "0000000000000007" + "0000000000000809"
                        + "0000000000000000" + "00000002" + "11223344"
                        + "0000000000000005" + "00000003" + "99aabbcc"
                        + "7b7d" + "5b315d");
        assertThat(record.storedMillis()).hasValue(0x0A0B);
        assertThat(record.before()).contains(new Volume(7, 0x0809));
        assertThat(record.own()).isEqualTo(new Volume(2, 5));
        assertThat(record.end()).contains(RunEnd.FAILED);
        assertThat(record.events())
                .containsExactly(
                        new StoredEvent(new Position(2, 2), 0x11223344, slice("{}")),
                        new StoredEvent(new Position(5, 0), 0x99AABBCC, slice("[1]")));
    }

    @Test
    void shouldReadALogRecordOfFormat1() {
        // When
        LogRecord record = new LogRecord(HEX.parseHex("01" + "02" + "0002" + "0000000000000002" + "00000001"
                + "0000000000000000" + "00000002" + "11223344"
                + "0000000000000005" + "00000003" + "99aabbcc"
                + "7b7d" + "5b315d"));

        // Then
        assertThat(record.storedMillis()).isEmpty();
        assertThat(record.before()).isEmpty();
        assertThat(record.own()).isEqualTo(new Volume(2, 5));
        assertThat(record.base()).isEqualTo(new Position(2, 1));
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
        RunRow emptied = live.emptied(0x0B0C);
        RunRow deleted = live.tombstone(new Position(9, 3), 0x0D0E);
        RunRow replacing = RunRow.replacing(7, 0x0102, "stk_b");
        RunRow aside = held.setAside(0x0F10);

        // Then
        String head = "0000000000000007" + "0000000000000102";
        assertThat(HEX.formatHex(live.encode()))
                .isEqualTo("02" + "00" + head + "0000000000000000" + "00000000" + "0000000000000000");
        assertThat(HEX.formatHex(held.encode())).endsWith("0000000000000000" + "73746b5f62");
        assertThat(HEX.formatHex(emptied.encode()))
                .isEqualTo("02" + "00" + head + "0000000000000000" + "00000000" + "0000000000000b0c");
        assertThat(HEX.formatHex(deleted.encode()))
                .isEqualTo("02" + "01" + head + "0000000000000009" + "00000003" + "0000000000000d0e");
        assertThat(HEX.formatHex(replacing.encode()))
                .isEqualTo("02" + "02" + head + "0000000000000000" + "00000000" + "0000000000000000" + "73746b5f62");
        assertThat(HEX.formatHex(aside.encode()))
                .isEqualTo("02" + "00" + head + "0000000000000000" + "00000000" + "0000000000000f10" + "73746b5f62");
        RunRow both = replacing.tombstone(Position.START, 1);
        for (RunRow row : List.of(live, held, emptied, deleted, replacing, aside, both)) {
            assertThat(RunRow.decode(row.encode())).isEqualTo(row);
        }
    }

    @Test
    void shouldReadRunRowsOfFormat1() {
        // Given
        String fixed = "01" + "%s" + "0000000000000007" + "0000000000000102" + "%s" + "73746b5f62";

        // When
        RunRow live = RunRow.decode(HEX.parseHex(fixed.formatted("00", "000000000000000000000000")));
        RunRow deleted = RunRow.decode(HEX.parseHex(fixed.formatted("01", "000000000000000900000003")));

        // Then
        assertThat(live).isEqualTo(new RunRow(7, 0x0102, false, false, Position.START, 0x0102, Optional.of("stk_b")));
        assertThat(deleted)
                .isEqualTo(new RunRow(7, 0x0102, true, false, new Position(9, 3), 0x0102, Optional.of("stk_b")));
    }

    @Test
    void shouldPinKeys() {
        // Given
        RunKey run = new RunKey("t", "é");

        // When
        byte[] runKey = KeyCodec.run(run);
        byte[] recordKey = KeyCodec.record(7, new Position(9, 3));
        byte[] asideKey = KeyCodec.aside(run, 7);

        // Then
        assertThat(HEX.formatHex(asideKey)).isEqualTo("ff" + "74" + "00" + "c3a9" + "00" + "0000000000000007");
        assertThat(KeyCodec.runOfAside(asideKey)).isEqualTo(run);
        assertThat(HEX.formatHex(runKey)).isEqualTo("74" + "00" + "c3a9");
        assertThat(HEX.formatHex(recordKey)).isEqualTo("0000000000000007" + "0000000000000009" + "00000003");
        assertThat(KeyCodec.lastOf(recordKey)).isEqualTo(new Position(9, 3));
    }

    @Test
    void shouldPinAFeedEntry() {
        // When
        FeedEntry entry = new FeedEntry(5, 7, new Position(9, 3), 0x0A0B);

        // Then
        assertThat(HEX.formatHex(entry.key())).isEqualTo("0000000000000005");
        assertThat(HEX.formatHex(entry.value()))
                .isEqualTo("0000000000000007" + "0000000000000009" + "00000003" + "0000000000000a0b");
        assertThat(FeedEntry.decode(entry.key(), entry.value())).isEqualTo(entry);
    }

    @Test
    void shouldPinWhatASubscriptionKeeps() {
        // Given
        FeedPlace place = new FeedPlace(5, 2);

        // When
        SubscriptionState state = new SubscriptionState(
                1,
                2,
                new Position(3, 4),
                5,
                6,
                new FeedPlace(7, 8),
                List.of(place, new FeedPlace(6, 0)),
                List.of(new SubscriptionState.Failed(place, 9, 0x0C)));
        DeadLetter letter =
                new DeadLetter(place, new RunKey("t", "r"), new Position(9, 3), 0x0A0B, 2, "no", slice("{}"));

        // Then
        assertThat(HEX.formatHex(state.encode()))
                .isEqualTo("01" + "0000000000000001" + "0000000000000002" + "0000000000000003" + "00000004"
                        + "0000000000000005" + "0000000000000006" + "0000000000000007" + "00000008" + "00000002"
                        + "0000000000000005" + "00000002" + "0000000000000006" + "00000000" + "00000001"
                        + "0000000000000005" + "00000002" + "00000009" + "000000000000000c");
        assertThat(SubscriptionState.decode(state.encode())).isEqualTo(state);
        byte[] earlier = Arrays.copyOf(state.encode(), state.encode().length - 28); // knew of no failures
        assertThat(SubscriptionState.decode(earlier).open()).isEqualTo(state.open());
        assertThat(SubscriptionState.decode(earlier).failed()).isEmpty();
        assertThat(HEX.formatHex(KeyCodec.dead("crm", place)))
                .isEqualTo("63726d" + "00" + "0000000000000005" + "00000002");
        assertThat(KeyCodec.placeOf(KeyCodec.dead("crm", place))).isEqualTo(place);
        assertThat(HEX.formatHex(letter.encode()))
                .isEqualTo("01" + "0000000000000a0b" + "00000002" + "0000000000000009" + "00000003" + "00000003"
                        + "740072" + "00000002" + "6e6f" + "7b7d");
        assertThat(DeadLetter.decode(place, letter.encode())).isEqualTo(letter);
    }

    @Test
    void shouldRefuseARecordOfAnotherFormat() {
        // Given
        byte[] foreign = new byte[32];

        // When / Then
        assertThatThrownBy(() -> new LogRecord(foreign)).hasMessage("a log record is of neither format 1 nor 2");
    }

    private static PendingEvent pending(Position position, long idHash, long sequence, String type, String envelope) {
        return new PendingEvent(position, idHash, new IncomingEvent(RUN, "id", sequence, type, slice(envelope)));
    }
}
