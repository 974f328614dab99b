package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Verdict;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Keeps events that contradict the log, so that an operator can see who said what. The first {@value #KEPT_PER_RUN} of a
 * run are kept whole and the rest only counted: a peer that loops over a conflict must not fill the disk.
 *
 * <pre>
 * value: format 1 byte, 1; reason 1 byte, 1 = other content, 2 = other event_id; origin 1 byte, 1 = pushed, 2 = mirrored;
 *        time 8 bytes, milliseconds since 1970; the envelope
 * value of the 0th: how many there were, 8 bytes
 * </pre>
 */
final class Evidence {
    static final int KEPT_PER_RUN = 100;

    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 3 + Long.BYTES;

    private final LogStore store;
    private final InstantSource clock;

    Evidence(LogStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    void keep(RunState run, IncomingEvent event, Origin origin, Verdict.Reason reason, WriteBatch batch)
            throws RocksDBException {
        long count = run.conflicts() < 0 ? count(run.number()) : run.conflicts();
        run.countConflicts(count + 1);
        batch.put(store.handle(Family.EVIDENCE), KeyCodec.evidence(run.number(), 0), KeyCodec.number(count + 1));
        if (count < KEPT_PER_RUN) {
            batch.put(
                    store.handle(Family.EVIDENCE),
                    KeyCodec.evidence(run.number(), (int) count + 1),
                    value(event.envelope(), origin, reason));
        }
    }

    private byte[] value(ByteSlice envelope, Origin origin, Verdict.Reason reason) {
        return ByteBuffer.allocate(HEADER_BYTES + envelope.length())
                .put(FORMAT)
                .put((byte) (reason == Verdict.Reason.OTHER_CONTENT ? 1 : 2))
                .put((byte) (origin == Origin.PUSHED ? 1 : 2))
                .putLong(clock.millis())
                .put(envelope.array(), envelope.offset(), envelope.length())
                .array();
    }

    /** How many conflicts a run had. */
    long count(long runNumber) throws RocksDBException {
        byte[] count = store.get(Family.EVIDENCE, KeyCodec.evidence(runNumber, 0));
        return count == null ? 0 : ByteBuffer.wrap(count).getLong();
    }
}
