package org.agentos.federation.ingest;

import java.util.function.Consumer;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Tells of each run whose terminal event has just been stored: its mirror has nothing more to fetch. */
public final class TellSealedRuns implements Processor {
    private final Consumer<RunKey> sealed;

    public TellSealedRuns(Consumer<RunKey> sealed) {
        this.sealed = sealed;
    }

    @Override
    public void process(Exchange exchange) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        batch.events().stream()
                .filter(TellSealedRuns::seals)
                .map(event -> event.event().run())
                .forEach(sealed);
    }

    private static boolean seals(BatchEvent event) {
        return event.verdict() != null
                && event.verdict().status() == Verdict.Status.ACCEPTED
                && RunEnd.ofEventType(event.event().type()).isPresent();
    }
}
