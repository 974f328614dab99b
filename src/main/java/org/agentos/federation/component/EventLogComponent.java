package org.agentos.federation.component;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code event-log:NAME}: docs/extending-routes.md is its manual. */
@Component("event-log")
public class EventLogComponent extends DefaultComponent {
    @Metadata(
            label = "advanced",
            autowired = true,
            description = "The event log to work on. The gateway binds its own.")
    private EventLogAccess access;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        EventLogEndpoint endpoint = new EventLogEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (access == null) {
            access = getCamelContext().getRegistry().findSingleByType(EventLogAccess.class);
        }
        if (access == null) {
            throw new IllegalStateException("event-log: there is no event log in the registry");
        }
    }

    public EventLogAccess getAccess() {
        return access;
    }

    public void setAccess(EventLogAccess access) {
        this.access = access;
    }
}
