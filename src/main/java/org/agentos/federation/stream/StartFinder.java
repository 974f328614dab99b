package org.agentos.federation.stream;

import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunLog;

/** Finds the place a reader names in one run's log, and refuses, or tells, what cannot be had from there. */
final class StartFinder {
    /** Events looked through for the first sequence number: more unsequenced ones in front hide it. */
    private static final int EARLIEST_SCAN = 1000;

    private final RunReader reader;
    private final boolean continueOnGap;
    private final Optional<RunLog> state;

    StartFinder(RunReader reader, boolean continueOnGap, Optional<RunLog> state) {
        this.reader = reader;
        this.continueOnGap = continueOnGap;
        this.state = state;
    }

    /**
     * @throws FederationException {@code invalid_cursor}; {@code cursor_expired} with the places that can be had, unless
     *     gaps are to be told
     */
    StartPoint find(Start start) {
        if (start instanceof Start.AfterCursor cursor) {
            return afterCursor(cursor.text());
        }
        if (start instanceof Start.AfterSequence sequence) {
            return afterSequence(sequence.sequence());
        }
        return start instanceof Start.Latest ? at(latest()) : at(Cursor.at(earliest()));
    }

    private StartPoint afterCursor(String text) {
        Cursor cursor;
        try {
            cursor = reader.cursors().decode(text);
        } catch (FederationException refusal) {
            if (refusal.code() != ErrorCode.CURSOR_EXPIRED) {
                throw refusal;
            }
            return ahead(text);
        }
        if (earliest().isAfter(cursor.position())) {
            return trimmed(text, cursor.position());
        }
        return holds(cursor) ? at(cursor) : ahead(text);
    }

    /** Whether this log holds the event that the cursor follows; the edge of what was deleted counts as held. */
    private boolean holds(Cursor cursor) {
        Position position = cursor.position();
        if (cursor.idHash() == Cursor.NO_EVENT) {
            return state.isEmpty() || !position.isAfter(state.get().latest());
        }
        return state.isPresent()
                && (position.equals(earliest())
                        || reader.eventAt(position)
                                .filter(event -> event.idHash() == cursor.idHash())
                                .isPresent());
    }

    /** Unsequenced events stored after the numbered one come too. In a log without events any number is the start. */
    private StartPoint afterSequence(long sequence) {
        Position asked = new Position(sequence, 0);
        if (state.isEmpty()) {
            return at(Cursor.at(asked));
        }
        if (sequence > state.get().latest().sequence()) {
            return ahead(sequence);
        }
        if (sequence < earliest().sequence()) {
            return trimmed(sequence, asked);
        }
        return at(reader.cursorAt(earliest().isAfter(asked) ? earliest() : asked, state.get()));
    }

    private StartPoint at(Cursor cursor) {
        return new StartPoint(cursor, Optional.empty(), state);
    }

    private StartPoint ahead(Object requested) {
        return lost(Gap.ahead(requested, earliest(), reader.cursors()), "the log does not hold the place asked for");
    }

    private StartPoint trimmed(Object requested, Position asked) {
        return lost(
                Gap.retention(requested, asked, earliest(), reader.cursors()),
                "events after the place asked for are no longer kept");
    }

    private StartPoint lost(Gap gap, String message) {
        if (continueOnGap) {
            return new StartPoint(Cursor.at(earliest()), Optional.of(gap), state);
        }
        throw new FederationException(ErrorCode.CURSOR_EXPIRED, message)
                .detail("earliest_cursor", gap.earliest())
                .detail("latest_cursor", reader.cursors().encode(latest()))
                .detail("earliest_sequence", earliestSequence());
    }

    private Position earliest() {
        return state.map(RunLog::earliest).orElse(Position.START);
    }

    private Cursor latest() {
        return state.map(log -> reader.cursorAt(log.latest(), log)).orElse(Cursor.START);
    }

    /** Null when no kept event near the edge has a sequence. */
    private Long earliestSequence() {
        return reader.firstEvents(earliest(), EARLIEST_SCAN).stream()
                .filter(event -> event.position().unsequenced() == 0)
                .map(event -> event.position().sequence())
                .findFirst()
                .orElse(null);
    }
}
