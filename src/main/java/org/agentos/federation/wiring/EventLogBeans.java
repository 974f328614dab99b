package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.component.EventLogAccess;
import org.agentos.federation.ingest.EventReader;

/** What the component {@code event-log} finds in the registry. */
public final class EventLogBeans {
    /** No route names it: the component looks for its type. */
    static final String ACCESS = "eventLogAccess";

    private final Parts parts;

    EventLogBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        beans.put(
                ACCESS,
                new EventLogAccess(
                        parts.stores.log,
                        new EventReader(parts.settings.ingest().maxEventBytes()),
                        parts.subscriptions,
                        parts.threads.continuations));
    }
}
