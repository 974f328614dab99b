package org.agentos.federation.component;

import com.google.common.base.Splitter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.subscription.EventFilter;
import org.agentos.federation.subscription.RedeliveryPolicy;
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
    /** The exchange property by which a route says that an event which failed is a dead letter at once. */
    public static final String DEAD_LETTER = "AgentosDeadLetter";

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

    @UriParam(
            label = "consumer",
            defaultValue = "20",
            description =
                    "How often an event is given to the route again before it becomes a dead letter, 0 to 1000000; -1"
                            + " without end. Its run waits meanwhile. Failures while the route takes no event at all do"
                            + " not count. With 0 it is a dead letter at once.")
    private int maximumRedeliveries = 20;

    @UriParam(
            label = "consumer",
            defaultValue = "1s",
            javaType = "java.time.Duration",
            description = "The delay before the first of them, 1ms to 24h.")
    private Duration redeliveryDelay = Duration.ofSeconds(1);

    @UriParam(
            label = "consumer",
            defaultValue = "2",
            description = "What each further delay is multiplied by, 1 to 100.")
    private double backOffMultiplier = 2;

    @UriParam(
            label = "consumer",
            defaultValue = "1m",
            javaType = "java.time.Duration",
            description = "Which no delay exceeds: from redeliveryDelay to 24h.")
    private Duration maximumRedeliveryDelay = Duration.ofMinutes(1);

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
        return new SubscriptionSpec(name, StartFrom.parse(from), filter, maxInFlight, maxDeadLetters, redelivery());
    }

    private RedeliveryPolicy redelivery() {
        try {
            return new RedeliveryPolicy(
                    maximumRedeliveries, redeliveryDelay, backOffMultiplier, maximumRedeliveryDelay);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("subscription " + name + ": " + wrong.getMessage(), wrong);
        }
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

    public int getMaximumRedeliveries() {
        return maximumRedeliveries;
    }

    public void setMaximumRedeliveries(int maximumRedeliveries) {
        this.maximumRedeliveries = maximumRedeliveries;
    }

    public Duration getRedeliveryDelay() {
        return redeliveryDelay;
    }

    public void setRedeliveryDelay(Duration redeliveryDelay) {
        this.redeliveryDelay = redeliveryDelay;
    }

    public double getBackOffMultiplier() {
        return backOffMultiplier;
    }

    public void setBackOffMultiplier(double backOffMultiplier) {
        this.backOffMultiplier = backOffMultiplier;
    }

    public Duration getMaximumRedeliveryDelay() {
        return maximumRedeliveryDelay;
    }

    public void setMaximumRedeliveryDelay(Duration maximumRedeliveryDelay) {
        this.maximumRedeliveryDelay = maximumRedeliveryDelay;
    }
}
