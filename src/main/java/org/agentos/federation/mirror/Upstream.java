package org.agentos.federation.mirror;

import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a peer's event stream, from the request until all that came is stored. Lives on the run's event loop.
 *
 * <p>The outcome is told after the last batch is stored, so that the next connection asks from the right place. While
 * too much waits to be stored the response is paused and the peer is held back by TCP.
 */
final class Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    /** Answers to an id that the peer does not know any more, or never did. */
    private static final Set<Integer> CURSOR_UNFIT = Set.of(400, 410);

    private static final String CURSOR_REFUSED = "cursor_refused";

    /** The run's mirror; called on the event loop. */
    interface Listener {
        void connected();

        /** Something new has been stored. */
        void progressed();

        /** The last call, once. */
        void done(Outcome outcome);
    }

    private final MirroredRun run;
    private final ResumePoint from;
    private final MirrorTools tools;
    private final Listener listener;
    private final StreamGaps gaps;
    private final FrameReader frames;
    private final BatchFeed feed;
    private final Tally tally;
    private final Lifetime lifetime;

    private HttpClientRequest request;
    private HttpClientResponse response;
    private long reached;
    private boolean gap;
    private boolean paused;
    private Outcome ending;
    private boolean gateTold;
    private boolean told;

    Upstream(MirroredRun run, ResumePoint from, StreamGaps gaps, MirrorTools tools, Executor loop, Listener listener) {
        this.gaps = gaps;
        this.from = from;
        this.reached = from.sequence();
        this.run = run;
        this.tools = tools;
        this.listener = listener;
        this.tally = new Tally(tools.meters());
        this.feed = new BatchFeed(run, tools.ports().sink(), loop, tools.ahead(), this::stored, this::notStored);
        this.frames = new FrameReader(run.run(), tools, from.lastEventId(), this::take);
        this.lifetime = new Lifetime(tools, loop, this::outlived);
    }

    void open() {
        lifetime.begin();
        url().ifPresent(url ->
                tools.calls().eventStream(run, url, from.lastEventId()).onComplete(this::requestReady));
    }

    private Optional<PeerUrl> url() {
        try {
            return Optional.of(PeerUrl.events(run, from));
        } catch (IllegalArgumentException notPinned) {
            LOG.warn("Mirror URL refused peer={} reason={}", run.peer().stackId(), notPinned.getMessage());
            end(Outcome.failed(Outcome.Kind.REFUSED, "url_not_allowed"));
            return Optional.empty();
        }
    }

    /** The id that the stream can be taken up from once {@code done} is told; "" when it is not known to be stored. */
    String lastEventId() {
        boolean lost = gap
                || ending.kind() == Outcome.Kind.NOT_STORED
                || ending.error().equals(CURSOR_REFUSED);
        return lost ? "" : frames.lastEventId();
    }

    /** Cuts the connection without an outcome. Events already handed to the sink are still stored. */
    void close() {
        told = true;
        feed.drop();
        end(Outcome.failed(Outcome.Kind.CUT, "closed"));
    }

    private void requestReady(AsyncResult<HttpClientRequest> result) {
        if (result.failed()) {
            unreachable(result.cause());
            return;
        }
        request = result.result();
        if (ending != null) {
            request.reset();
            return;
        }
        request.send().onComplete(answer -> {
            if (answer.failed()) {
                unreachable(answer.cause());
            } else if (ending == null) {
                answered(answer.result());
            }
        });
    }

    private void unreachable(Throwable cause) {
        LOG.debug("Peer not reached peer={}", run.peer().stackId(), cause);
        end(Outcome.failed(Outcome.Kind.UNREACHABLE, ConnectFailure.name(cause)));
    }

    private void answered(HttpClientResponse answer) {
        response = answer;
        response.exceptionHandler(cut -> end(Outcome.failed(Outcome.Kind.CUT, "connection_cut")));
        Optional<Outcome> refusal = StreamAnswer.refusal(answer);
        if (refusal.isPresent()) {
            refused(refusal.get());
            return;
        }
        response.endHandler(closed -> end(frames.end().outcome()));
        response.handler(this::read);
        tellGate(true);
        listener.connected();
    }

    private void refused(Outcome refusal) {
        if (refusal.kind() == Outcome.Kind.UNAUTHORIZED) {
            tools.calls().unauthorized(run, request);
        }
        end(
                from.byId() && CURSOR_UNFIT.contains(response.statusCode())
                        ? Outcome.failed(Outcome.Kind.CUT, CURSOR_REFUSED)
                        : refusal);
    }

    private void read(Buffer chunk) {
        if (ending != null) {
            return;
        }
        lifetime.sawLife();
        frames.read(chunk.getBytes()).ifPresent(this::end);
        if (gap) {
            end(Outcome.failed(Outcome.Kind.RENEWED, ""));
        }
        feed.flush();
        if (feed.full() && ending == null) {
            paused = true;
            lifetime.pause();
            response.pause();
        }
    }

    /** What follows a gap is left alone when the peer is asked again: it comes a second time. */
    private void take(IncomingEvent event) {
        if (!gap
                && mayAskAgain()
                && gaps.asksAgain(reached, event.sequence(), tools.timers().instant())) {
            gap = true;
            tools.meters().readAgain();
        }
        if (!gap) {
            reached = Math.max(reached, event.sequence());
            feed.add(event);
        }
    }

    private boolean mayAskAgain() {
        return from.replays() && !frames.gapTold() && !told;
    }

    private void stored(List<IncomingEvent> events, List<Verdict> verdicts) {
        if (tally.add(events, verdicts) && !told) {
            listener.progressed();
        }
        if (tally.closed()) {
            feed.drop();
            end(Outcome.failed(Outcome.Kind.SEALED, ""));
        }
        readOn();
    }

    private void notStored(Throwable failure) {
        LOG.debug("Mirrored events not stored peer={}", run.peer().stackId(), failure);
        if (ending == null) {
            end(Outcome.failed(Outcome.Kind.NOT_STORED, "not_stored"));
        } else {
            ending = Outcome.failed(Outcome.Kind.NOT_STORED, "not_stored");
            tellWhenStored();
        }
    }

    private void readOn() {
        if (ending != null) {
            tellWhenStored();
        } else if (paused && !feed.full()) {
            paused = false;
            lifetime.goOn();
            response.resume();
        }
    }

    private void outlived(Lifetime.End why) {
        if (response == null) {
            end(Outcome.failed(Outcome.Kind.UNREACHABLE, "no_answer"));
        } else if (why == Lifetime.End.OLD) {
            end(Outcome.failed(Outcome.Kind.RENEWED, ""));
        } else {
            end(Outcome.failed(Outcome.Kind.CUT, "idle"));
        }
    }

    private void end(Outcome how) {
        if (ending != null) {
            return;
        }
        ending = how;
        lifetime.end();
        if (how.kind() != Outcome.Kind.ENDED && request != null) {
            request.reset();
        }
        tellWhenStored();
    }

    private void tellWhenStored() {
        if (!told && feed.idle()) {
            told = true;
            Outcome outcome = new Outcome(
                    ending.kind(),
                    ending.error(),
                    tally.accepted(),
                    tally.sealedBy(),
                    frames.end().run());
            report(outcome);
            listener.done(outcome);
        }
    }

    /** As soon as it is known, for a stream may last for hours; what becomes of it then is not about being reached. */
    private void tellGate(boolean reached) {
        if (!gateTold) {
            gateTold = true;
            tools.ports().gate().called(run.peer().stackId(), reached);
        }
    }

    private void report(Outcome outcome) {
        String peer = run.peer().stackId();
        tools.meters().connection(outcome);
        tellGate(outcome.kind() != Outcome.Kind.UNREACHABLE);
        LOG.debug(
                "Upstream closed peer={} outcome={} error={} accepted={}",
                peer,
                outcome.kind(),
                outcome.error(),
                outcome.accepted());
    }
}
