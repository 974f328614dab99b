package org.agentos.federation.forward;

import java.util.Optional;
import org.agentos.federation.trust.AdmitCaller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Puts what a forward's body says of its caller where the admit step looks, before the rest of the body is judged. */
public final class PeekForwardAuth implements Processor {
    @Override
    public void process(Exchange exchange) {
        byte[] body = (byte[]) exchange.getMessage().getBody();
        Optional<ParsedBody> parsed = ParsedBody.of(body == null ? new byte[0] : body);
        exchange.setProperty(ParsedBody.PROPERTY, parsed.orElse(null));
        exchange.setProperty(AdmitCaller.BODY_AUTH, ForwardAuth.peek(parsed));
    }
}
