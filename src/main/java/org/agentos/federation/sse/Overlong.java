package org.agentos.federation.sse;

import org.agentos.federation.sse.EventStreamException.Limit;

/** What of one event goes over a limit. It is passed over and not kept, as long as it is not too much. */
final class Overlong {
    private final long tolerated;
    private long bytes;

    /** @param tolerated bytes of one event; 0 = none */
    Overlong(long tolerated) {
        this.tolerated = tolerated;
    }

    /**
     * Passes bytes over that go beyond a limit.
     *
     * @throws EventStreamException when more than is tolerated was passed over since {@link #clear}
     */
    void passOver(long more, Limit limit, int allowed) {
        bytes += more;
        if (bytes > tolerated) {
            throw new EventStreamException(limit, allowed);
        }
    }

    /** The next event begins. */
    void clear() {
        bytes = 0;
    }
}
