package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.trust.PeerPolicy;
import org.agentos.federation.views.ListPeers;
import org.agentos.federation.views.PeerViews;
import org.agentos.federation.views.ShowPeer;

/** What routes name to show peers. */
public final class PeerBeans {
    private final Parts parts;

    PeerBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        PeerViews views = new PeerViews(
                parts.reviewed.registry(),
                new PeerPolicy(),
                parts.capabilities,
                parts.guards,
                new PeerUsage(parts),
                parts.clock);
        beans.put("listPeers", new ListPeers(views));
        beans.put("showPeer", new ShowPeer(views));
    }
}
