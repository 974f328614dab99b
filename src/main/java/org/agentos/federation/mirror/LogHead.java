package org.agentos.federation.mirror;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;

/**
 * How far the log of a run reaches: what to ask the peer for.
 *
 * @param sequence the last one in the log; 0 when there is none
 * @param end set when the log is sealed and nothing is left to ask for
 * @param deleted the log takes no more events
 */
public record LogHead(long sequence, Optional<RunEnd> end, boolean deleted) {
    public static final LogHead EMPTY = new LogHead(0, Optional.empty(), false);

    /** Looks heads up in a log. The log may read its disk, which must not happen on an event loop. */
    public static Function<RunKey, CompletionStage<LogHead>> lookup(EventLog log, Executor blocking) {
        return run -> CompletableFuture.supplyAsync(() -> of(log, run), blocking);
    }

    private static LogHead of(EventLog log, RunKey run) {
        return log.find(run)
                .map(found -> new LogHead(found.latest().sequence(), found.end(), found.deleted()))
                .orElse(EMPTY);
    }
}
