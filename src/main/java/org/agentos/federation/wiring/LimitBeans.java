package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.limits.CountMirrored;
import org.agentos.federation.limits.LimitForward;
import org.agentos.federation.limits.LimitHeaders;
import org.agentos.federation.limits.LimitIngest;
import org.agentos.federation.limits.LimitReader;
import org.agentos.federation.limits.RecordQuotaUse;
import org.agentos.federation.peer.PeerRegistry;

/** What routes name to hold requests to rates and quotas. */
public final class LimitBeans {
    private final Parts parts;

    LimitBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        PeerRegistry registry = parts.reviewed.registry();
        parts.engine.setAnswerHeaders(new LimitHeaders(parts.limits, registry));
        beans.put("limitForward", new LimitForward(parts.limits));
        beans.put(
                "limitIngest",
                new LimitIngest(
                        parts.limits, registry, event -> parts.stores.log.probablyHolds(event.run(), event.eventId())));
        beans.put("limitReader", new LimitReader(parts.limits, System::nanoTime));
        beans.put("recordQuotaUse", new RecordQuotaUse(parts.threads.continuations));
        beans.put("countMirrored", new CountMirrored(parts.limits, registry, parts.threads.continuations));
    }
}
