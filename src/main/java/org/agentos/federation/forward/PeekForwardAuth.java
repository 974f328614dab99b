package org.agentos.federation.forward;

import org.agentos.federation.trust.AdmitCaller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Puts what a forward's body says of its caller where the admit step looks, before the rest of the body is judged. */
public final class PeekForwardAuth implements Processor {
    @Override
    public void process(Exchange exchange) {
        byte[] body = (byte[]) exchange.getMessage().getBody();
        exchange.setProperty(AdmitCaller.BODY_AUTH, ForwardAuth.peek(body == null ? new byte[0] : body));
    }
}
