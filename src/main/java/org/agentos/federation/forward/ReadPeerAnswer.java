package org.agentos.federation.forward;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.JournalRecord;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Takes the run out of a peer's answer. A 2xx that holds none leaves open whether there is one, and is kept as evidence. */
public final class ReadPeerAnswer implements Processor {
    /** Enough of an answer to find the run by at the peer. */
    private static final int MAX_EXCERPT_BYTES = 2_000;

    private final PeerCallLog log;
    private final InstantSource clock;

    public ReadPeerAnswer(PeerCallLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        byte[] answer = bytes(exchange.getMessage());
        try {
            forward.accept(PeerAnswer.read(forward.peer(), answer));
        } catch (FederationException unusable) {
            int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
            forward.keepEvidence(new JournalRecord.Evidence(
                    forward.scope(),
                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                    status,
                    unusable.getMessage(),
                    excerpt(answer)));
            throw unusable;
        }
        log.succeeded(forward);
    }

    /** What PeerCallLimits has read whole comes as a stream over it; Camel's converter would copy it through two buffers of 8 KiB. */
    private static byte[] bytes(Message message) {
        if (message.getBody() instanceof ByteArrayInputStream whole) {
            return whole.readAllBytes();
        }
        byte[] body = message.getBody(byte[].class);
        return body == null ? new byte[0] : body;
    }

    private static String excerpt(byte[] answer) {
        return TokenText.removed(
                new String(answer, 0, Math.min(answer.length, MAX_EXCERPT_BYTES), StandardCharsets.UTF_8));
    }
}
