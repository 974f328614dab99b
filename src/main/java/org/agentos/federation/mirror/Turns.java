package org.agentos.federation.mirror;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The turns of one mirror, all on one event loop. Each turn has a number; what was set going in an earlier turn (timers,
 * answers) finds another number and does nothing.
 */
final class Turns {
    private final Executor loop;
    private int turn;
    private Runnable callOff = () -> {};

    Turns(Executor loop) {
        this.loop = loop;
    }

    /** Begins a new turn and calls off what the present one waits for. */
    void next() {
        turn++;
        callOff.run();
        callOff = () -> {};
    }

    /** Notes how to call off what this turn now waits for. */
    void waitsFor(Runnable howToCallOff) {
        callOff = howToCallOff;
    }

    /** Takes the step after the delay, if this is still the same turn. */
    void after(Timers timers, Duration delay, Runnable step) {
        waitsFor(timers.after(delay, inThisTurn(step))::cancel);
    }

    /** The step, to be taken on the loop, and only if this is still the same turn. */
    Runnable inThisTurn(Runnable step) {
        int now = turn;
        return () -> loop.execute(() -> {
            if (turn == now) {
                step.run();
            }
        });
    }

    /** Takes one of the steps with what has come, if this is still the same turn. */
    <T> void then(Future<T> result, Consumer<T> step, Consumer<Throwable> failed) {
        int now = turn;
        result.onComplete(done -> loop.execute(() -> {
            if (turn != now) {
                return;
            }
            if (done.succeeded()) {
                step.accept(done.result());
            } else {
                failed.accept(done.cause());
            }
        }));
    }
}
