package org.agentos.federation.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Denial;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.Pusher;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Settles who pushes a batch and which of its events may go to the log. What is wrong with one event never fails the
 * others; an event that names another tenant than its request is refused by itself.
 */
public final class JudgeEvents implements Processor {
    private final IngestAdmission admission;
    private final Function<RunKey, Optional<String>> holders;

    /** {@code holders} tells the peer a run lives on: the one it was forwarded to, else the first that pushed it. */
    public JudgeEvents(IngestAdmission admission, Function<RunKey, Optional<String>> holders) {
        this.admission = admission;
        this.holders = holders;
    }

    @Override
    public void process(Exchange exchange) {
        IngestBody body = (IngestBody) exchange.getIn().getBody();
        IngestBatch batch = judge(body, exchange.getProperty(AdmitCaller.CALLER, Caller.class));
        exchange.setProperty(Audited.PROPERTY, batch);
        exchange.getMessage().setBody(batch);
    }

    IngestBatch judge(IngestBody body, Caller caller) {
        Pusher pusher = admission.admit(caller, Set.copyOf(body.claimedPeers()));
        Runs runs = new Runs(caller.tenantId().orElseThrow());
        List<BatchEvent> judged = new ArrayList<>(body.events().size());
        for (int i = 0; i < body.events().size(); i++) {
            judged.add(judge(i, body.events().get(i), pusher, runs));
        }
        return new IngestBatch(new Source(Origin.PUSHED, pusher.holderToBe()), judged);
    }

    private BatchEvent judge(int index, ReadEvent event, Pusher pusher, Runs runs) {
        if (event.problem() != null) {
            return refused(index, "invalid", event.problem());
        }
        if (event.tenantId() != null && !event.tenantId().equals(runs.tenantId)) {
            return refused(index, "tenant_mismatch", "the event names another tenant");
        }
        RunKey run = runs.of(event);
        Optional<Denial> denial = admission.judge(
                pusher,
                runs.holder,
                event.agentId(),
                event.type(),
                event.envelope().length());
        return denial.map(why -> refused(index, "forbidden", why.wireName()))
                .orElseGet(() -> BatchEvent.open(
                        index,
                        new IncomingEvent(run, event.eventId(), event.sequence(), event.type(), event.envelope())));
    }

    /** The runs of one batch and their holders. Neighbours are mostly of one run: its key is made and looked up once. */
    private final class Runs {
        private final String tenantId;
        private final Map<RunKey, Optional<String>> known = new HashMap<>();
        private RunKey run;
        private Optional<String> holder;

        Runs(String tenantId) {
            this.tenantId = tenantId;
        }

        RunKey of(ReadEvent event) {
            if (run == null || !run.runId().equals(event.runId())) {
                run = new RunKey(tenantId, event.runId());
                holder = known.computeIfAbsent(run, holders);
            }
            return run;
        }
    }

    private static BatchEvent refused(int index, String status, String reason) {
        return BatchEvent.refused(index, new BatchEvent.Refusal(status, reason));
    }
}
