package org.agentos.federation.stream;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;

/**
 * The runs that somebody reads at the moment: one watch on the log for each, however many readers it has. The watch
 * hands over to the executor at once, so that readers never hold up the log.
 */
final class LiveRuns {
    private final EventLog log;
    private final Executor executor;
    private final ConcurrentHashMap<RunKey, LiveRun> runs = new ConcurrentHashMap<>();

    LiveRuns(EventLog log, Executor executor) {
        this.log = log;
        this.executor = executor;
    }

    /** A reader's place among its run's readers; from before its first read until it leaves. */
    void join(RunReader log, OpenReader reader) {
        runs.compute(log.run(), (key, known) -> {
            LiveRun live = known == null ? new LiveRun(key) : known;
            live.readers.put(reader, log.generation());
            return live;
        });
    }

    void leave(RunKey run, OpenReader reader) {
        runs.computeIfPresent(run, (key, live) -> live.without(reader) ? null : live);
    }

    /** Ends all current readers of a run. */
    void end(RunKey run, EndReason reason) {
        LiveRun live = runs.get(run);
        if (live != null) {
            live.readers.keySet().forEach(reader -> reader.end(reason));
        }
    }

    /** Whether a run has more than one reader, so that work done for one can serve another. */
    boolean shared(RunKey run) {
        LiveRun live = runs.get(run);
        return live != null && live.readers.size() > 1;
    }

    private final class LiveRun {
        /** With the generation of the log that each reads. */
        private final Map<OpenReader, Long> readers = new ConcurrentHashMap<>();

        private final EventLog.Watch watch;

        private LiveRun(RunKey run) {
            SerialTask wakeAll = new SerialTask(executor, () -> wakeAll(run));
            watch = log.watch(run, wakeAll::signal);
        }

        private boolean wakeAll(RunKey run) {
            try {
                wakeAll(log.find(run));
            } catch (FederationException unreadable) { // each reader finds that out for itself, and its client is told
                readers.keySet().forEach(OpenReader::moved);
            }
            return true;
        }

        private void wakeAll(Optional<RunLog> now) {
            boolean deleted = now.filter(RunLog::deleted).isPresent();
            long generation = now.map(RunLog::generation).orElse(0L);
            readers.forEach((reader, itsLog) -> {
                if (deleted || itsLog != generation) {
                    reader.end(EndReason.LOG_REPLACED);
                } else {
                    reader.moved();
                }
            });
        }

        /** Removes a reader; closes the watch and returns true when it was the last. */
        private boolean without(OpenReader reader) {
            readers.remove(reader);
            if (readers.isEmpty()) {
                watch.close();
                return true;
            }
            return false;
        }
    }
}
