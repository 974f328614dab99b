package org.agentos.federation.holder;

import java.time.InstantSource;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes a cancel of the call to the holder. */
public final class BeginCancel implements Processor {
    private final CancelLimits limits;
    private final InstantSource clock;

    public BeginCancel(CancelLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        if (call.holder().isEmpty()) {
            throw new FederationException(
                    ErrorCode.PEER_NOT_FOUND, "The run's holder is no peer that can be called for this tenant.");
        }
        call.begin(Purpose.CANCEL, clock.instant().plus(limits.deadline(call.peer())));
    }
}
