package org.agentos.federation.eventlog.store;

import java.time.InstantSource;
import org.rocksdb.RocksDBException;

/**
 * What puts requests into the group that is being built: a writer for each kind of {@link LogRequest}, and one for what runs
 * gained by them. They share the numbering of runs. Used by the writing thread alone.
 */
record RequestWriters(
        AppendWriter appends, ChangeWriter changes, HoldWriter holds, NoteWriter notes, RecordWriter records) {

    /** @param removed counts what changes and holders take out of the log */
    static RequestWriters of(
            LogStore store,
            LogReader reader,
            ActiveRuns active,
            NamedHolders named,
            FeedWriter feed,
            Removed removed,
            InstantSource clock)
            throws RocksDBException {
        RunNumbers numbers = new RunNumbers(store);
        Evidence evidence = new Evidence(store, clock);
        return new RequestWriters(
                new AppendWriter(active, new DedupeRule(new StoredEvents(reader), evidence, numbers)),
                new ChangeWriter(store, reader, active, numbers, evidence, removed),
                new HoldWriter(store, reader, active, named, numbers, removed),
                new NoteWriter(store),
                new RecordWriter(store, numbers, feed));
    }
}
