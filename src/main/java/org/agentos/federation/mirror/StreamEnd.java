package org.agentos.federation.mirror;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.eventlog.RunEnd;

/**
 * What a stream says of its end in an {@code agentos.end} frame, which other gateways send.
 *
 * @param run how the run ended, where that is why the stream does
 * @param cut the reason, where the stream ends and the run goes on; "" otherwise
 */
record StreamEnd(Optional<RunEnd> run, String cut) {
    static final String FRAME = "agentos.end";

    /** Of a stream that just ends. */
    static final StreamEnd UNTOLD = new StreamEnd(Optional.empty(), "");

    /** The names are shown to tenants, so those of a peer's own making are not taken over. */
    private static final Set<String> CUTS =
            Set.of("draining", "max_lifetime", "slow_consumer", "token_expired", "log_replaced");

    private static final String RUN = "run_";

    private static final ObjectMapper JSON = new ObjectMapper();

    static StreamEnd read(byte[] data) {
        try {
            return of(JSON.readTree(data).path("reason").asText());
        } catch (IOException notJson) {
            return UNTOLD;
        }
    }

    private static StreamEnd of(String reason) {
        if (reason.startsWith(RUN)) {
            return new StreamEnd(RunEnd.ofStatus(reason.substring(RUN.length())), "");
        }
        return CUTS.contains(reason) ? new StreamEnd(Optional.empty(), reason) : UNTOLD;
    }

    /** How a connection went whose stream was closed properly after this. */
    Outcome outcome() {
        return cut.isEmpty() ? Outcome.failed(Outcome.Kind.ENDED, "") : Outcome.failed(Outcome.Kind.CUT, cut);
    }
}
