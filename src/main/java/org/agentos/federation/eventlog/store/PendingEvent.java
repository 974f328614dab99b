package org.agentos.federation.eventlog.store;

import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Position;

/**
 * An event that is accepted and not written yet.
 *
 * @param position the place right after it
 * @param idHash the keyed hash of its event_id
 */
record PendingEvent(Position position, long idHash, IncomingEvent event) {
    int bytes() {
        return event.envelope().length();
    }
}
