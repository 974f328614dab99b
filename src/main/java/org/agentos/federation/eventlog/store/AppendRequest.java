package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;

/** One call of {@link EventLog#append} on its way: what was asked, and the promise to answer it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AppendRequest(
        Source source, List<IncomingEvent> events, long[] idHashes, long bytes, CompletableFuture<List<Verdict>> answer)
        implements LogRequest {
    /** What an event and a request cost beside the envelopes: without it empty events would fill the memory. */
    private static final int EVENT_BYTES = 128;

    private static final int REQUEST_BYTES = 512;

    /** @throws IllegalArgumentException for ids or sequences that should have been refused long before */
    static AppendRequest of(Source source, List<IncomingEvent> events, LogIdentity identity) {
        long[] hashes = new long[events.size()];
        long bytes = REQUEST_BYTES;
        RunKey checked = null;
        for (int i = 0; i < hashes.length; i++) {
            IncomingEvent event = events.get(i);
            if (event.sequence() < 0) {
                throw new IllegalArgumentException("an event has the sequence " + event.sequence());
            }
            if (!event.run().equals(checked)) {
                checked = event.run();
                KeyCodec.run(checked);
            }
            hashes[i] = identity.hash(event.eventId());
            bytes += EVENT_BYTES + event.envelope().length();
        }
        return new AppendRequest(source, List.copyOf(events), hashes, bytes, new CompletableFuture<>());
    }

    @Override
    public boolean refusable() {
        return true;
    }

    @Override
    public void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
