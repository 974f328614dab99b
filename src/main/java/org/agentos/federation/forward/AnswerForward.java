package org.agentos.federation.forward;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.peer.PathSegment;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Answers a forward whose run is on disk. */
public final class AnswerForward implements Processor {
    private final Function<RunKey, Optional<String>> startCursor;

    /** @param startCursor the cursor before a run's first event */
    public AnswerForward(Function<RunKey, Optional<String>> startCursor) {
        this.startCursor = startCursor;
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        if (forward.isReplayed()) {
            message.setHeader("Idempotent-Replayed", "true");
        }
        message.setBody(answer(forward));
    }

    private ForwardAnswer answer(Forward forward) {
        ForwardEntry entry = forward.started().entry();
        return new ForwardAnswer(
                new ForwardAnswer.Forwarded(
                        entry.tenantId(), entry.remoteStackId(), entry.runId(), entry.remoteEventsUrl(), entry.state()),
                forward.caller().correlationId(),
                "/v1/federation/runs/" + PathSegment.of(entry.runId()) + "/events",
                startCursor.apply(entry.run()).orElse(null),
                forward.started().attempts(),
                forward.key(),
                forward.explain() ? List.copyOf(forward.explanation()) : null);
    }
}
