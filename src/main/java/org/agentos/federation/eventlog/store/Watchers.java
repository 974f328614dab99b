package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to know when a run's durable end moves. A run that nobody watches costs nothing. */
final class Watchers {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final ConcurrentMap<RunKey, List<Watching>> byRun = new ConcurrentHashMap<>();

    EventLog.Watch add(RunKey run, Runnable moved) {
        Watching watching = new Watching(run, moved);
        byRun.compute(run, (key, all) -> {
            List<Watching> more = all == null ? new CopyOnWriteArrayList<>() : all;
            more.add(watching);
            return more;
        });
        return watching;
    }

    void moved(RunKey run) {
        for (Watching watching : byRun.getOrDefault(run, List.of())) {
            watching.call();
        }
    }

    private final class Watching implements EventLog.Watch {
        private final RunKey run;
        private final Runnable moved;

        Watching(RunKey run, Runnable moved) {
            this.run = run;
            this.moved = moved;
        }

        private void call() {
            try {
                moved.run();
            } catch (RuntimeException | Error faulty) { // also where it gets no thread: the log must go on
                LOG.warn("event log watcher failed runId={}", run.runId(), faulty);
            }
        }

        @Override
        public void close() {
            byRun.computeIfPresent(run, (key, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
