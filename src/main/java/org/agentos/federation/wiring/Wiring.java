package org.agentos.federation.wiring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.settings.Profile;

/** Every bean that routes may name, made once and bound under one name; a class for each purpose has the names. */
public final class Wiring {
    private final Parts parts;

    public Wiring(Parts parts) {
        this.parts = parts;
    }

    /** Every bean by the name that route files give it. */
    public Map<String, Object> beans() {
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put(GatewayHttpEngine.BEAN_NAME, parts.engine);
        new StackBeans(parts).addTo(beans);
        new AdmissionBeans(parts).addTo(beans);
        new AuditBeans(parts).addTo(beans);
        new LimitBeans(parts).addTo(beans);
        new ForwardBeans(parts).addTo(beans);
        new PeerBeans(parts).addTo(beans);
        new IngestBeans(parts).addTo(beans);
        new EventLogBeans(parts).addTo(beans);
        new RunBeans(parts).addTo(beans);
        new HolderBeans(parts).addTo(beans);
        if (parts.settings.profile() != Profile.PROD) {
            new DemoBeans(parts).addTo(beans);
        }
        return beans;
    }
}
