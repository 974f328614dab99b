package org.agentos.federation.mirror;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * <p>A run is over when a terminal event is stored; else when the peer's status says so and one more connection brings
 * nothing; else after a number of connections in a row that the peer ended with nothing new. A peer that cannot be reached
 * or breaks off never ends a run.
 *
 * <p>All state is touched on one event loop. Each turn of the mirror has a number; what was set going in an earlier turn
 * (timers, answers) finds another number and does nothing.
 */
final class RunMirror implements Upstream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RunMirror.class);

    /** How often the peer is asked for the run's status while a reader waits. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);

    private final MirroredRun run;
    private final MirrorTools tools;
    private final Executor loop;
    private final BooleanSupplier readerWaits;
    private final Consumer<MirrorEnd> ended;
    private final Pace pace;

    private int turn;
    private boolean running;
    private Runnable callOff = () -> {};
    private UpstreamSlots.Slot slot;
    private Upstream upstream;
    private Instant notBefore = Instant.MIN;
    /** How the run ended, by its status; from then on connections only fetch what is left. */
    private Optional<RunEnd> over = Optional.empty();

    private boolean statusTells;
    private boolean asking;
    private Instant lastAsked = Instant.EPOCH;
    private int lastFetches;

    private volatile MirrorState state = MirrorState.NEW;

    RunMirror(
            MirroredRun run, MirrorTools tools, Executor loop, BooleanSupplier readerWaits, Consumer<MirrorEnd> ended) {
        this.run = run;
        this.tools = tools;
        this.loop = loop;
        this.readerWaits = readerWaits;
        this.ended = ended;
        this.pace = new Pace(tools.settings(), run.peer().mirror(), tools.random());
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
            } else if (state.phase() == Phase.BACKING_OFF && !asking) {
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

    private void stop(Phase phase) {
        running = false;
        leaveTurn();
        show(phase);
    }

    /** Gives up whatever the present turn holds or waits for. */
    private void leaveTurn() {
        turn++;
        asking = false;
        callOff.run();
        callOff = () -> {};
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
        if (slot != null) {
            slot.giveBack();
            slot = null;
        }
    }

    private void sleep() {
        leaveTurn();
        Duration left = Duration.between(tools.timers().instant(), notBefore);
        if (left.isNegative() || left.isZero()) {
            queue();
            return;
        }
        show(Phase.BACKING_OFF);
        Duration untilAsk = Duration.between(tools.timers().instant(), lastAsked.plus(STATUS_INTERVAL));
        boolean ask = statusTells && over.isEmpty() && readerWaits.getAsBoolean() && untilAsk.compareTo(left) < 0;
        callOff = tools.timers().after(ask ? untilAsk : left, thisTurn(ask ? this::askWhileWaiting : this::queue))
                ::cancel;
    }

    private void backOff(Duration pause) {
        notBefore = tools.timers().instant().plus(pause);
        sleep();
    }

    private void askWhileWaiting() {
        askStatus(end -> {
            over = end;
            if (over.isPresent()) {
                queue();
            } else {
                sleep();
            }
        });
    }

    private void queue() {
        leaveTurn();
        show(Phase.QUEUED);
        slot = tools.slots().request(run.peer().stackId(), thisTurn(this::findPlace));
    }

    private void findPlace() {
        show(Phase.CONNECTING);
        then(
                Future.succeededFuture(run.run())
                        .compose(key ->
                                Future.fromCompletionStage(tools.ports().heads().apply(key))),
                this::connect,
                failure -> done(Outcome.failed(Outcome.Kind.NOT_STORED, "log_unavailable")));
    }

    private void connect(LogHead head) {
        if (head.end().isPresent()) {
            end(MirrorEnd.sealed(head.end().get()));
            return;
        }
        if (head.deleted()) {
            end(MirrorEnd.DELETED);
            return;
        }
        state = state.connecting();
        upstream = new Upstream(run, tools, loop, this);
        upstream.open(head.sequence());
    }

    @Override
    public void connected() {
        slot.connected();
        state = state.in(Phase.CONNECTED).withError("");
    }

    @Override
    public void progressed() {
        state = state.withEvent(tools.timers().instant());
    }

    @Override
    public void done(Outcome outcome) {
        upstream = null;
        leaveTurn();
        pace.after(outcome);
        tools.meters().connection(outcome);
        LOG.debug(
                "Upstream closed peer={} outcome={} error={} accepted={}",
                run.peer().stackId(),
                outcome.kind(),
                outcome.error(),
                outcome.accepted());
        state = state.in(Phase.BACKING_OFF).withError(outcome.error());
        statusTells = outcome.kind() != Outcome.Kind.UNREACHABLE;
        goOn(outcome);
    }

    private void goOn(Outcome outcome) {
        if (outcome.sealedBy().isPresent()) {
            end(MirrorEnd.sealed(outcome.sealedBy().get()));
        } else if (over.isPresent()) {
            fetchRest(outcome);
        } else if (outcome.kind() == Outcome.Kind.UNAUTHORIZED) {
            waitForToken();
        } else if (outcome.answered()) {
            askStatus(this::afterAnswer);
        } else {
            backOff(pace.next());
        }
    }

    /** The run is over by its status: one more connection that brings nothing shows that the log has everything. */
    private void fetchRest(Outcome outcome) {
        lastFetches++;
        boolean nothingLeft = outcome.answered() && outcome.accepted() == 0;
        if (nothingLeft || pace.unreachable() || lastFetches >= tools.settings().emptyTries()) {
            end(MirrorEnd.byStatus(over.get()));
        } else {
            backOff(pace.next());
        }
    }

    private void afterAnswer(Optional<RunEnd> end) {
        over = end;
        if (pace.exhausted()) {
            end(over.map(MirrorEnd::byStatus).orElse(MirrorEnd.UPSTREAM_ENDED));
        } else if (over.isPresent()) {
            queue();
        } else {
            backOff(pace.next());
        }
    }

    private void askStatus(Consumer<Optional<RunEnd>> answer) {
        lastAsked = tools.timers().instant();
        asking = true;
        Consumer<Optional<RunEnd>> answered = end -> {
            asking = false;
            answer.accept(end);
        };
        then(tools.status().ask(run), answered, failure -> answered.accept(Optional.empty()));
    }

    private void waitForToken() {
        if (tools.calls().hasToken(run)) {
            backOff(pace.next());
        } else {
            show(Phase.WAITING_FOR_TOKEN);
            callOff = tools.calls().whenToken(run, thisTurn(this::queue));
        }
    }

    private void end(MirrorEnd how) {
        notBefore = tools.timers().instant().plus(pace.slowest());
        lastFetches = 0;
        stop(Phase.ENDED);
        ended.accept(how);
    }

    private void show(Phase phase) {
        state = state.in(phase);
    }

    /** The step, to be taken on the loop, and only if this is still the same turn. */
    private Runnable thisTurn(Runnable step) {
        int now = turn;
        return () -> loop.execute(() -> {
            if (turn == now) {
                step.run();
            }
        });
    }

    private <T> void then(Future<T> result, Consumer<T> step, Consumer<Throwable> failed) {
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
