package org.agentos.federation.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Turns a decided batch into the answer its sender gets. */
public final class AnswerIngest implements Processor {
    private final CursorCodec cursors;

    public AnswerIngest(CursorCodec cursors) {
        this.cursors = cursors;
    }

    @Override
    public void process(Exchange exchange) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        exchange.getMessage().setBody(answer(batch, caller.correlationId()));
    }

    IngestAnswer answer(IngestBatch batch, String correlationId) {
        int accepted = 0;
        int duplicates = 0;
        List<EventResult> results = new ArrayList<>();
        Map<RunKey, Verdict> ends = new HashMap<>();
        for (BatchEvent event : batch.events()) {
            Verdict verdict = event.verdict();
            if (verdict == null) {
                results.add(refused(event));
                continue;
            }
            ends.merge(event.event().run(), verdict, AnswerIngest::later);
            accepted += verdict.status() == Verdict.Status.ACCEPTED ? 1 : 0;
            duplicates += verdict.status() == Verdict.Status.DUPLICATE ? 1 : 0;
            if (verdict.status() != Verdict.Status.ACCEPTED || verdict.reason() != Verdict.Reason.NONE) {
                results.add(decided(event, verdict));
            }
        }
        int rejected = batch.events().size() - accepted;
        return new IngestAnswer(
                accepted, rejected, duplicates, rejected - duplicates, results, encode(ends), correlationId);
    }

    private static EventResult refused(BatchEvent event) {
        return new EventResult(
                event.index(), event.refusal().status(), event.refusal().reason(), false, null);
    }

    private EventResult decided(BatchEvent event, Verdict verdict) {
        boolean stands = verdict.status() == Verdict.Status.ACCEPTED || verdict.status() == Verdict.Status.DUPLICATE;
        return new EventResult(
                event.index(),
                lower(verdict.status()),
                verdict.reason() == Verdict.Reason.NONE ? null : lower(verdict.reason()),
                stands ? null : Boolean.FALSE,
                stands ? encode(event.event().run(), verdict) : null);
    }

    private Map<String, String> encode(Map<RunKey, Verdict> ends) {
        Map<String, String> byRun = new HashMap<>(ends.size() * 2);
        ends.forEach((run, end) -> byRun.put(run.runId(), encode(run, end)));
        return byRun;
    }

    private String encode(RunKey run, Verdict verdict) {
        return cursors.forRun(run, verdict.generation()).encode(verdict.cursor());
    }

    private static Verdict later(Verdict one, Verdict other) {
        return other.position().isAfter(one.position()) ? other : one;
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
