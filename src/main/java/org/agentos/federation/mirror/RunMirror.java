package org.agentos.federation.mirror;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agentos.federation.mirror.MirrorState.Phase;

/**
 * The one mirror of one run: connects, waits, connects again, and finds out when the run is over.
 *
 * <pre>
 *            run                 slot              answer
 *   IDLE ───────────► QUEUED ───────────► CONNECTING ───► CONNECTED
 *    ▲ rest (from any)  ▲                     │ 401           │
 *    │                  │ time      ┌─────────┼───────────────┤ ended, cut
 *   ENDED ──────────────┴─ BACKING_OFF ◄──────┘               │
 *     ▲  run                │   └──► WAITING_FOR_TOKEN        │ terminal event stored
 *     └─────────────────────┴─────────────────────────────────┘
 * </pre>
 *
 * <p>All state is touched on one event loop, in {@link Turns}.
 */
final class RunMirror implements Upstream.Listener {
    private final MirroredRun run;
    private final MirrorTools tools;
    private final Executor loop;
    private final BooleanSupplier readerWaits;
    private final Consumer<MirrorEnd> ended;
    private final Pace pace;
    private final Turns turns;
    private final StatusQuestion status;
    private final EndFinder endFinder;
    private final UpstreamPlace place;

    private boolean running;
    private Instant notBefore = Instant.MIN;
    private boolean statusTells;

    private volatile MirrorState state = MirrorState.NEW;

    RunMirror(
            MirroredRun run, MirrorTools tools, Executor loop, BooleanSupplier readerWaits, Consumer<MirrorEnd> ended) {
        this.run = run;
        this.tools = tools;
        this.loop = loop;
        this.readerWaits = readerWaits;
        this.ended = ended;
        this.pace = new Pace(tools.settings(), run.peer().mirror(), tools.random());
        this.turns = new Turns(loop);
        this.place = new UpstreamPlace(run, tools, loop, this);
        this.status = new StatusQuestion(run, tools);
        this.endFinder = new EndFinder(pace, tools.settings().emptyTries());
    }

    MirroredRun run() {
        return run;
    }

    MirrorState state() {
        return state;
    }

    /** Sets the mirror to work, or tells one at work that a reader has come. Never connects earlier than its pace allows. */
    void work() {
        loop.execute(() -> {
            if (!running) {
                running = true;
                sleep();
            } else if (state.phase() == Phase.BACKING_OFF && !status.isOpen()) {
                sleep(); // which now asks for the status on the way
            }
        });
    }

    /** Stops work; the pace and what is known of the run stay for the next time. */
    void rest() {
        loop.execute(() -> {
            if (running) {
                Instant pause = tools.timers().instant().plus(pace.next());
                notBefore = pause.isAfter(notBefore) ? pause : notBefore;
                stop(Phase.IDLE);
            }
        });
    }

    /** Looks at the log again: a terminal event may have come by another way. */
    void lookAgain() {
        loop.execute(() -> {
            if (running) {
                queue();
            }
        });
    }

    /** Whether the peer's stream is open or being opened. */
    boolean isReading() {
        Phase phase = state.phase();
        return phase == Phase.CONNECTED || phase == Phase.CONNECTING;
    }

    /** Opens the stream anew from the end of the log, in the place it has; unless the rate of connects is used up. */
    void readAgain() {
        loop.execute(() -> {
            if (state.phase() == Phase.CONNECTED && place.closeToReadAgain()) {
                turns.next();
                tools.meters().readAgain();
                findPlace();
            }
        });
    }

    private void stop(Phase phase) {
        running = false;
        leaveTurn();
        show(phase);
    }

    /** Gives up whatever the present turn holds or waits for. */
    private void leaveTurn() {
        turns.next();
        status.close();
        place.leave();
    }

    private void sleep() {
        leaveTurn();
        Duration left = Duration.between(tools.timers().instant(), notBefore);
        if (left.isNegative() || left.isZero()) {
            queue();
            return;
        }
        state = state.backingOffUntil(notBefore);
        boolean mayAsk = statusTells && !endFinder.isOverByStatus() && readerWaits.getAsBoolean();
        if (mayAsk && status.untilDue().compareTo(left) < 0) {
            turns.after(tools.timers(), status.untilDue(), this::askWhileWaiting);
        } else {
            turns.after(tools.timers(), left, this::queue);
        }
    }

    private void backOff() {
        notBefore = tools.timers().instant().plus(pace.next());
        sleep();
    }

    private void queue() {
        Duration closed = tools.ports().gate().pause(run.peer().stackId());
        if (!closed.isZero()) {
            state = state.withError("peer_held_off");
            notBefore = tools.timers().instant().plus(closed);
            sleep();
            return;
        }
        leaveTurn();
        show(Phase.QUEUED);
        place.queue(turns.inThisTurn(this::findPlace));
    }

    private void findPlace() {
        show(Phase.CONNECTING);
        turns.then(
                Future.succeededFuture(run.run())
                        .compose(key ->
                                Future.fromCompletionStage(tools.ports().heads().apply(key))),
                this::connect,
                failure -> done(Outcome.failed(Outcome.Kind.NOT_STORED, "log_unavailable")));
    }

    private void connect(LogHead head) {
        if (head.end().isPresent()) {
            go(endFinder.sealed(head.end().get()));
            return;
        }
        if (head.deleted()) {
            end(MirrorEnd.DELETED);
            return;
        }
        state = state.connecting();
        place.open(head);
    }

    @Override
    public void connected() {
        pace.reached();
        place.connected();
        state = state.in(Phase.CONNECTED).withError("");
    }

    @Override
    public void progressed() {
        pace.progressed();
        state = state.withEvent(tools.timers().instant());
    }

    @Override
    public void done(Outcome outcome) {
        place.ended();
        leaveTurn();
        pace.after(outcome);
        state = state.in(Phase.BACKING_OFF).withError(outcome.error());
        statusTells = outcome.kind() != Outcome.Kind.UNREACHABLE;
        go(endFinder.after(outcome));
    }

    private void go(EndFinder.Next next) {
        switch (next) {
            case CONNECT -> queue();
            case BACK_OFF -> backOff();
            case ASK_STATUS -> status.ask(turns, end -> go(endFinder.afterStatus(end)));
            case WAIT_FOR_TOKEN -> waitForToken();
            case END -> end(endFinder.end());
        }
    }

    private void askWhileWaiting() {
        status.ask(turns, end -> {
            if (endFinder.noteStatus(end)) {
                queue();
            } else {
                sleep();
            }
        });
    }

    private void waitForToken() {
        if (tools.calls().hasToken(run)) {
            backOff();
        } else {
            Runnable again = turns.inThisTurn(this::queue);
            Runnable noToken = tools.calls().whenToken(run, again);
            Timers.Timer noTime = tools.timers().after(pace.rarely(), again);
            turns.waitsFor(() -> {
                noToken.run();
                noTime.cancel();
            });
            show(Phase.WAITING_FOR_TOKEN);
        }
    }

    private void end(MirrorEnd how) {
        notBefore = tools.timers().instant().plus(pace.slowest());
        stop(Phase.ENDED);
        ended.accept(how);
    }

    private void show(Phase phase) {
        state = state.in(phase);
    }
}
