package org.agentos.federation.eventlog.store;

import com.google.common.collect.Lists;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.StoredEvent;
import org.rocksdb.RocksDBException;

/**
 * Finds the accepted event of a position, pending or written. It remembers the last record: a batch that is sent again
 * asks for its events one after the other. Used by the writing thread alone.
 */
final class StoredEvents {
    private final LogReader reader;
    private long number;
    private List<StoredEvent> record = List.of();
    private long endNumber;
    private Cursor end = Cursor.START;

    StoredEvents(LogReader reader) {
        this.reader = reader;
    }

    /** The envelope of the event right before the position; empty when it is trimmed. */
    Optional<ByteSlice> envelope(RunState run, Position position) throws RocksDBException {
        if (!position.isAfter(run.earliest())) {
            return Optional.empty(); // also where it is still remembered
        }
        int pending = indexOf(position, pendingPositions(run));
        if (pending >= 0) {
            return Optional.of(run.pending().get(pending).event().envelope());
        }
        Optional<ByteSlice> remembered = run.number() == number ? find(position) : Optional.empty();
        if (remembered.isPresent()) {
            return remembered;
        }
        number = run.number();
        record = reader.recordOf(number, position).map(LogRecord::events).orElse(List.of());
        return find(position);
    }

    private static List<Position> pendingPositions(RunState run) {
        return Lists.transform(run.pending(), PendingEvent::position);
    }

    private static int indexOf(Position position, List<Position> positions) {
        return Collections.binarySearch(positions, position);
    }

    private Optional<ByteSlice> find(Position position) {
        int index = indexOf(position, Lists.transform(record, StoredEvent::position));
        return index < 0 ? Optional.empty() : Optional.of(record.get(index).envelope());
    }

    /**
     * The place after the run's last event, pending ones included. Remembered too: a batch of late events asks each time.
     */
    Cursor endOf(RunState run) throws RocksDBException {
        List<PendingEvent> pending = run.pending();
        if (!pending.isEmpty()) {
            PendingEvent last = pending.get(pending.size() - 1);
            return Cursor.after(last.position(), last.idHash());
        }
        boolean remembered = run.number() == endNumber && end.position().equals(run.last());
        if (!remembered) {
            endNumber = run.number();
            end = reader.cursorAt(run.number(), run.last());
        }
        return end;
    }

    /** Whether an accepted event carries exactly this sequence. */
    boolean holdsSequence(RunState run, long sequence) throws RocksDBException {
        boolean pending = indexOf(new Position(sequence, 0), pendingPositions(run)) >= 0;
        return pending || (run.stored() && reader.holdsSequence(run.number(), sequence));
    }
}
