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
        return start instanceof Start.Latest ? at(latest()) : at(reader.earliest(state));
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

    /**
     * Whether this log holds the event that the cursor follows. A cursor that follows none is the start: one of another
     * place, as earlier versions gave, could stand beyond events that this log holds and its reader never saw.
     */
    private boolean holds(Cursor cursor) {
        if (cursor.equals(Cursor.START)) {
            return true;
        }
        return state.filter(log -> !cursor.position().isAfter(log.latest()))
                .filter(log -> reader.cursorAt(cursor.position(), log).equals(cursor))
                .isPresent();
    }

    /**
     * Unsequenced events stored after the numbered one come too. In a log without events any number is the start, and is
     * kept in mind; a cursor cannot name it, so a reader who comes back with one begins with the first event.
     */
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
        Cursor at = reader.cursorAt(earliest().isAfter(asked) ? earliest() : asked, state.get());
        return new StartPoint(at, unstored(sequence, at), state);
    }

    /** What is missing between a number asked for and the first there is; any other jump shows between two events. */
    private Optional<Gap> unstored(long asked, Cursor at) {
        if (asked == 0 || at.position().sequence() > 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(earliestSequence())
                .filter(first -> first - asked > 1)
                .map(first -> Gap.unstored(asked, at, first, reader.cursors()));
    }

    private StartPoint at(Cursor cursor) {
        return new StartPoint(cursor, Optional.empty(), state);
    }

    private StartPoint ahead(Object requested) {
        return lost(
                Gap.ahead(requested, reader.earliest(state), reader.cursors()),
                "the log does not hold the place asked for");
    }

    private StartPoint trimmed(Object requested, Position asked) {
        return lost(
                Gap.retention(requested, asked, reader.earliest(state), reader.cursors()),
                "events after the place asked for are no longer kept");
    }

    private StartPoint lost(Gap gap, String message) {
        if (continueOnGap) {
            return new StartPoint(reader.earliest(state), Optional.of(gap), state);
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
