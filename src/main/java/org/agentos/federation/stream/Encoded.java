package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunEnd;

/**
 * A slice as it goes out.
 *
 * @param bytes may go to many readers: never changed after
 * @param events shown in it
 * @param read bytes of the envelopes it was made of
 * @param upTo the place after its last event, shown or not
 * @param told the last place that the bytes tell the reader, if any
 * @param end set when its last event sealed the run
 * @param newest whether nothing followed when it was read; never of one that was read for another reader, earlier
 */
record Encoded(
        Buffer bytes, int events, int read, Cursor upTo, Optional<Cursor> told, Optional<RunEnd> end, boolean newest) {
    /** For readers that come to its place later. */
    Encoded forOthers() {
        return new Encoded(bytes, events, read, upTo, told, end, false);
    }
}
