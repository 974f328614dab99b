package org.agentos.federation.holder;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes a cancel of the call to the holder. */
public final class BeginCancel implements Processor {
    private final Supplier<ForwardSettings> settings;
    private final InstantSource clock;

    /** @param settings of the moment */
    public BeginCancel(Supplier<ForwardSettings> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        if (call.holder().isEmpty()) {
            throw new FederationException(
                    ErrorCode.PEER_NOT_FOUND, "The run's holder is no peer that can be called for this tenant.");
        }
        int ownMillis = call.peer().redelivery().deadlineMs().orElse(0);
        Duration deadline =
                ownMillis > 0 ? Duration.ofMillis(ownMillis) : settings.get().deadline();
        call.begin(Purpose.CANCEL, clock.instant().plus(deadline));
    }
}
