package org.agentos.federation.component;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code event-log:NAME}: docs/extending-routes.md is its manual. */
@Component("event-log")
public class EventLogComponent extends DefaultComponent {
    private static final List<String> NUMBERS = List.of("maxInFlight", "maxDeadLetters", "maximumRedeliveries");

    private static final Pattern WHOLE_OR_BEAN = Pattern.compile("-?[0-9]+|#.*");

    @Metadata(
            label = "advanced",
            autowired = true,
            description = "The event log to work on. The gateway binds its own.")
    private EventLogAccess access;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        EventLogEndpoint endpoint = new EventLogEndpoint(uri, this);
        endpoint.setName(remaining);
        requireNumbers(remaining, parameters);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Camel takes a text that is no number for 0, which as a number of redeliveries means none. */
    private static void requireNumbers(String name, Map<String, Object> parameters) {
        for (String number : NUMBERS) {
            if (parameters.get(number) instanceof String text
                    && !WHOLE_OR_BEAN.matcher(text.strip()).matches()) {
                throw new IllegalArgumentException(
                        "subscription " + name + ": " + number + " is '" + text + "', which is no whole number");
            }
        }
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
