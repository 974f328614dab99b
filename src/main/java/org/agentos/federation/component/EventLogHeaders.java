package org.agentos.federation.component;

import org.apache.camel.spi.Metadata;

/** The headers of events in routes. */
public final class EventLogHeaders {
    @Metadata(label = "common", description = "The id of the event.", javaType = "String")
    public static final String EVENT_ID = "AgentosEventId";

    @Metadata(
            label = "common",
            description = "The sequence the producer gave the event; absent when it gave none.",
            javaType = "Long")
    public static final String SEQUENCE = "AgentosSequence";

    @Metadata(
            label = "common",
            description = "The run of the event. On the way to a producer it has to be the event's own, if it is set.",
            javaType = "String")
    public static final String RUN_ID = "AgentosRunId";

    @Metadata(
            label = "common",
            description =
                    "The tenant of the event. On the way to a producer: of which tenant the event is; it wins over the"
                            + " endpoint's.",
            javaType = "String")
    public static final String TENANT_ID = "AgentosTenantId";

    @Metadata(label = "common", description = "The type of the event; empty when it has none.", javaType = "String")
    public static final String EVENT_TYPE = "AgentosEventType";

    @Metadata(
            label = "consumer",
            description =
                    "The place of the event among the events of all runs, OFFSET.INDEX: two rising numbers, the same at"
                            + " every delivery.",
            javaType = "String")
    public static final String POSITION = "AgentosPosition";

    @Metadata(
            label = "consumer",
            description =
                    "1 and how often a delivery of the event has failed, as a dead letter too, over restarts. Redeliveries"
                            + " inside the route, deliveries that a crash cut, and failures of its last second are not"
                            + " counted.",
            javaType = "Integer")
    public static final String DELIVERY_ATTEMPT = "AgentosDeliveryAttempt";

    @Metadata(
            label = "producer",
            description = "What the event log decided: accepted or duplicate.",
            javaType = "String")
    public static final String VERDICT = "AgentosVerdict";

    private EventLogHeaders() {}
}
