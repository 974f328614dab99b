package org.agentos.federation.holder;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes a place for the call to the holder, kept over all its attempts. */
public final class EnterHolder implements Processor {
    private final HolderPlaces places;

    public EnterHolder(HolderPlaces places) {
        this.places = places;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        call.enter(places.enter(call.peer().stackId(), call.purpose()));
    }
}
