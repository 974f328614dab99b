package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What subscriptions note, or a rotation of the cursor key, on its way to the writing thread: all of it or nothing, answered
 * once it is on disk.
 */
record NoteRequest(List<Note> notes, CompletableFuture<Void> noted) implements LogRequest {
    private static final int NOTE_BYTES = 128;

    NoteRequest(List<Note> notes) {
        this(List.copyOf(notes), new CompletableFuture<>());
    }

    /** A change in a column family that is none of the runs'. */
    sealed interface Note {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Put(Family family, byte[] key, byte[] value) implements Note {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Remove(Family family, byte[] key) implements Note {}

    /** All keys in [from, to). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record RemoveRange(Family family, byte[] from, byte[] to) implements Note {}

    @Override
    public long bytes() {
        return NOTE_BYTES * (1L + notes.size())
                + notes.stream()
                        .filter(Put.class::isInstance)
                        .mapToLong(put -> ((Put) put).value().length)
                        .sum();
    }

    /** A subscription has one under way at a time, or one for each event it has in flight. */
    @Override
    public boolean refusable() {
        return false;
    }

    @Override
    public void fail(Throwable failure) {
        noted.completeExceptionally(failure);
    }
}
