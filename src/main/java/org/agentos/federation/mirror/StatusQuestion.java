package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
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

    /** Asks in this turn; the answer is empty when the run goes on or the peer does not tell. */
    void ask(Turns turns, Consumer<Optional<RunEnd>> answer) {
        lastAsked = tools.timers().instant();
        asking = true;
        Consumer<Optional<RunEnd>> answered = end -> {
            asking = false;
            answer.accept(end);
        };
        turns.then(tools.status().ask(run), answered, failure -> answered.accept(Optional.empty()));
    }

    /** Nobody waits for an answer any more. */
    void close() {
        asking = false;
    }
}
