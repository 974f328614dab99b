package org.agentos.federation.eventlog.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Puts what subscriptions note, or a rotation of the cursor key, into the group that is being built. Used by the writing thread alone. */
final class NoteWriter {
    private final LogStore store;

    NoteWriter(LogStore store) {
        this.store = store;
    }

    void apply(NoteRequest request, GroupBuilder group) throws RocksDBException {
        WriteBatch batch = group.batch();
        for (NoteRequest.Note note : request.notes()) {
            if (note instanceof NoteRequest.Put put) {
                batch.put(store.handle(put.family()), put.key(), put.value());
            } else if (note instanceof NoteRequest.Remove remove) {
                batch.delete(store.handle(remove.family()), remove.key());
            } else {
                NoteRequest.RemoveRange range = (NoteRequest.RemoveRange) note;
                batch.deleteRange(store.handle(range.family()), range.from(), range.to());
            }
        }
        group.add(request, () -> request.noted().complete(null));
    }
}
