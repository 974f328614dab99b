package org.agentos.federation.mirror;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;

/** Where mirrored events go: the same dedupe, order and append that pushed events take. */
@FunctionalInterface
public interface MirrorSink {
    /**
     * Takes events of one run in the order they came. Called on an event loop, so it may not block; the next batch of the
     * run comes only after the stage is complete.
     *
     * @param loop the run's event loop, on which what is left to do once the events are on disk is done best
     * @return the verdicts in the same order, once what they say is on disk
     */
    CompletionStage<List<Verdict>> take(MirroredRun run, List<IncomingEvent> events, Executor loop);
}
