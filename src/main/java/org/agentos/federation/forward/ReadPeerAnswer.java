package org.agentos.federation.forward;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes the run out of a peer's answer. A 2xx that holds none leaves open whether there is one. */
public final class ReadPeerAnswer implements Processor {
    private final PeerCallLog log;

    public ReadPeerAnswer(PeerCallLog log) {
        this.log = log;
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        forward.accept(PeerAnswer.read(forward.peer(), body == null ? new byte[0] : body));
        log.succeeded(forward);
    }
}
