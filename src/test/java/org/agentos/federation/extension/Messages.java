package org.agentos.federation.extension;

import java.nio.charset.StandardCharsets;
import org.agentos.federation.component.EventLogHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Messages as a subscription gives them to its route, and what a step makes of them. */
final class Messages {
    private Messages() {}

    static Exchange of(String body) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        return exchange;
    }

    static Exchange event(String runId, String position, String body) {
        Exchange exchange = of(body);
        exchange.getMessage().setHeader(EventLogHeaders.TENANT_ID, "tnt_demo");
        exchange.getMessage().setHeader(EventLogHeaders.RUN_ID, runId);
        exchange.getMessage().setHeader(EventLogHeaders.EVENT_ID, "evt 1");
        exchange.getMessage().setHeader(EventLogHeaders.POSITION, position);
        return exchange;
    }

    static String after(Processor step, String body) throws Exception {
        Exchange exchange = of(body);
        step.process(exchange);
        return exchange.getMessage().getBody(String.class);
    }
}
