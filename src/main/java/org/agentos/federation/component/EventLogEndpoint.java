package org.agentos.federation.component;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.subscription.EventFilter;
import org.agentos.federation.subscription.StartFrom;
import org.agentos.federation.subscription.SubscriptionSpec;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Consume the stored events of all runs by a durable, named subscription, or append events to the log. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "event-log",
        title = "AgentOS Event Log",
        syntax = "event-log:name",
        category = {Category.MESSAGING},
        headersClass = EventLogHeaders.class)
public class EventLogEndpoint extends DefaultEndpoint {
    private final EventLogComponent component;

    @UriPath(
            description =
                    "Of a consumer: the name of the subscription, 1 to 64 of A-Z a-z 0-9 . _ -, under which its place"
                            + " is kept; one consumer each. Of a producer: any name, for logs.")
    @Metadata(required = true)
    private String name;

    @UriParam(
            label = "consumer",
            defaultValue = "earliest",
            description =
                    "Where a subscription begins that was never here before: earliest, now, a sequence (after which;"
                            + " with tenantId and runId only), or a time like 2026-11-22T08:00:00Z. One that was goes on where it is.")
    private String from = "earliest";

    @UriParam(
            label = "consumer",
            defaultValue = "*",
            description =
                    "The event types to deliver, comma separated; an asterisk at the end stands for any" + " ending.")
    private String types = "*";

    @UriParam(
            description =
                    "Of a consumer: only this tenant's events, else those of all tenants. Of a producer: the tenant of"
                            + " events that come without the header AgentosTenantId and name none themselves.")
    private String tenantId;

    @UriParam(label = "consumer", description = "Only this run's events.")
    private String runId;

    @UriParam(
            label = "consumer",
            defaultValue = "50",
            description =
                    "Events given to the route and not done with, from 1 to 500: of as many runs, for a run has one at"
                            + " a time. A kill repeats at most these and 50 more.")
    private int maxInFlight = 50;

    @UriParam(
            label = "consumer",
            defaultValue = "10000",
            description =
                    "Dead letters kept, from 1 to 100000. When there are as many, the subscription stops until some"
                            + " have been delivered again or skipped.")
    private int maxDeadLetters = 10_000;

    public EventLogEndpoint(String uri, EventLogComponent component) {
        super(uri, component);
        this.component = component;
    }

    @Override
    public Producer createProducer() {
        return new EventLogProducer(this, component.getAccess());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        EventLogConsumer consumer = new EventLogConsumer(this, processor, component.getAccess(), spec());
        configureConsumer(consumer);
        return consumer;
    }

    /** @throws IllegalArgumentException naming the parameter that is wrong */
    SubscriptionSpec spec() {
        List<String> patterns =
                Splitter.on(',').trimResults().omitEmptyStrings().splitToList(types);
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("subscription " + name + ": types names no event type");
        }
        EventFilter filter =
                new EventFilter(Optional.ofNullable(tenantId), Optional.ofNullable(runId), new Allowance(patterns));
        return new SubscriptionSpec(name, StartFrom.parse(from), filter, maxInFlight, maxDeadLetters);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getFrom() {
        return from;
    }

    public void setFrom(String from) {
        this.from = from;
    }

    public String getTypes() {
        return types;
    }

    public void setTypes(String types) {
        this.types = types;
    }

    public String getTenantId() {
        return tenantId;
    }

    public void setTenantId(String tenantId) {
        this.tenantId = tenantId;
    }

    public String getRunId() {
        return runId;
    }

    public void setRunId(String runId) {
        this.runId = runId;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxDeadLetters() {
        return maxDeadLetters;
    }

    public void setMaxDeadLetters(int maxDeadLetters) {
        this.maxDeadLetters = maxDeadLetters;
    }
}
