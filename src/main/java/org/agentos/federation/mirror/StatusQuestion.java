package org.agentos.federation.mirror;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;

/** When one run's status is asked for. Used on the run's event loop. */
final class StatusQuestion {
    /** How often the peer is asked for the run's status while a reader waits. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final MirroredRun run;
    private final MirrorTools tools;
    private boolean asking;
    private Instant lastAsked = Instant.EPOCH;

    StatusQuestion(MirroredRun run, MirrorTools tools) {
        this.run = run;
        this.tools = tools;
    }

    /** Whether an answer is being waited for. */
    boolean isOpen() {
        return asking;
    }

    Duration untilDue() {
        return Duration.between(tools.timers().instant(), lastAsked.plus(INTERVAL));
    }

    /** Asks; whoever takes the answer, or waits for it no longer, closes the question. Never fails. */
    Future<Optional<RunEnd>> ask() {
        lastAsked = tools.timers().instant();
        asking = true;
        return tools.status().ask(run);
    }

    /** Nobody waits for an answer any more. */
    void close() {
        asking = false;
    }
}
