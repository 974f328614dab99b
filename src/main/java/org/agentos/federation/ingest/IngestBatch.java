package org.agentos.federation.ingest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;

/**
 * The events of one request, or of one read of a mirror, on their way into the log together.
 *
 * @param events in the order they came
 */
public record IngestBatch(Source source, List<BatchEvent> events) {

    /** Wraps events that need no judging before the log: a mirror's. */
    public static IngestBatch of(Source source, List<IncomingEvent> events) {
        List<BatchEvent> open = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            open.add(BatchEvent.open(i, events.get(i)));
        }
        return new IngestBatch(source, open);
    }

    /**
     * The events that were not refused, in the order in which they ask to be stored. A run whose events in this batch all carry a
     * sequence is taken in sequence order, any other as sent.
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
