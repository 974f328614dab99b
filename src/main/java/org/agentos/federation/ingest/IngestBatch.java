package org.agentos.federation.ingest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;

/**
 * The events of one request, or of one read of a mirror, on their way into the log together.
 *
 * @param events in the order they came
 */
public record IngestBatch(Source source, List<BatchEvent> events) implements Audited {

    /** Wraps events that need no judging before the log: a mirror's. */
    public static IngestBatch of(Source source, List<IncomingEvent> events) {
        List<BatchEvent> open = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            open.add(BatchEvent.open(i, events.get(i)));
        }
        return new IngestBatch(source, open);
    }

    /**
     * The events that were not refused, in the order in which they ask to be stored. A run whose events in this batch
     * all carry a sequence is taken in sequence order, any other as sent.
     */
    public List<BatchEvent> inLogOrder() {
        List<BatchEvent> open = new ArrayList<>(events.size());
        boolean ordered = true;
        for (BatchEvent event : events) {
            if (event.refusal() == null) {
                ordered &= open.isEmpty() || follows(open.get(open.size() - 1).event(), event.event());
                open.add(event);
            }
        }
        return ordered ? open : byRun(open);
    }

    /** What the log decided of each event, in the order they came; null for a refused one and until it has. */
    public List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>(events.size());
        for (BatchEvent event : events) {
            verdicts.add(event.verdict());
        }
        return verdicts;
    }

    /** The run of the first event that was not refused; null when there is none. */
    RunKey firstRun() {
        for (BatchEvent event : events) {
            if (event.refusal() == null) {
                return event.event().run();
            }
        }
        return null;
    }

    /** Whether all events that were not refused are of this run. */
    boolean isOnlyOf(RunKey run) {
        return events.stream()
                .allMatch(
                        event -> event.refusal() != null || event.event().run().equals(run));
    }

    /** The run, where all events that may be stored are of one. */
    @Override
    public Optional<String> auditResource() {
        Set<String> runs = runIds();
        return runs.size() == 1 ? Optional.of(runs.iterator().next()) : Optional.empty();
    }

    /** How many events came, for how many runs, and how many were refused as what. */
    @Override
    public Map<String, Object> auditMeta() {
        Map<String, Object> meta = new HashMap<>();
        meta.put("events", events.size());
        meta.put("runs", runIds().size());
        source.peer().ifPresent(stackId -> meta.put("stack_id", stackId));
        for (BatchEvent event : events) {
            if (event.refusal() != null) {
                meta.merge(event.refusal().status(), 1, (count, more) -> (Integer) count + (Integer) more);
            }
        }
        return meta;
    }

    private Set<String> runIds() {
        return events.stream()
                .filter(event -> event.refusal() == null)
                .map(event -> event.event().run().runId())
                .collect(Collectors.toSet());
    }

    private static boolean follows(IncomingEvent before, IncomingEvent event) {
        return event.sequence() > before.sequence() && event.run().equals(before.run());
    }

    private static List<BatchEvent> byRun(List<BatchEvent> open) {
        Map<RunKey, List<BatchEvent>> runs = new LinkedHashMap<>();
        for (BatchEvent event : open) {
            runs.computeIfAbsent(event.event().run(), run -> new ArrayList<>()).add(event);
        }
        List<BatchEvent> ordered = new ArrayList<>(open.size());
        for (List<BatchEvent> ofRun : runs.values()) {
            if (ofRun.stream().allMatch(event -> event.event().sequence() > 0)) {
                ofRun.sort(Comparator.comparingLong(event -> event.event().sequence()));
            }
            ordered.addAll(ofRun);
        }
        return ordered;
    }
}
