package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.issuer.ServeJwks;
import org.agentos.federation.observe.CountDenial;
import org.agentos.federation.observe.OpenApi;
import org.agentos.federation.peer.LocalStack;
import org.agentos.federation.views.StateCapabilities;

/** What routes name to tell of this stack and of how it does. */
public final class StackBeans {
    private final Parts parts;

    StackBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        beans.put("health", parts.health);
        LocalStack stack = new LocalStack(parts.reviewed.registry(), parts.settings);
        beans.put("localStack", stack);
        beans.put("stateCapabilities", new StateCapabilities(stack));
        beans.put("meters", parts.meters);
        beans.put("countDenial", new CountDenial(parts.meters));
        beans.put("openApi", new OpenApi());
        beans.put("serveJwks", new ServeJwks(parts.reviewed.ownKeys()));
    }
}
