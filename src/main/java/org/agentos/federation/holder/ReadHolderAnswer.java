package org.agentos.federation.holder;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.RunAnswer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes the run's state out of its holder's answer. That of a cancel may tell none, that of a question must. */
public final class ReadHolderAnswer implements Processor {
    private final HeardStates states;
    private final BiConsumer<RunKey, String> keep;
    private final HolderMeters meters;
    private final InstantSource clock;

    /** @param keep told every state that was heard */
    public ReadHolderAnswer(
            HeardStates states, BiConsumer<RunKey, String> keep, HolderMeters meters, InstantSource clock) {
        this.states = states;
        this.keep = keep;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        meters.answered(call);
        call.endAttempt(Verdict.WELL, false);
        call.leave();
        if (call.purpose() == Purpose.CANCEL) {
            states.forget(call.key());
        }
        byte[] body = exchange.getMessage().getBody(byte[].class);
        Optional<String> state = RunAnswer.status(body == null ? new byte[0] : body);
        if (state.isEmpty() && call.purpose() == Purpose.STATE) {
            throw new FederationException(ErrorCode.BAD_PEER_RESPONSE, "The peer's answer has no run.status.");
        }
        state.ifPresent(told -> {
            call.hear(HeardState.of(told, clock.instant()));
            keep.accept(call.run(), told);
        });
    }
}
