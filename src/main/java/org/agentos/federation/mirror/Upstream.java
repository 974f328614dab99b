package org.agentos.federation.mirror;

import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.mirror.EnvelopeReader.Reading;
import org.agentos.federation.sse.EventParser;
import org.agentos.federation.sse.EventStreamException;
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

    /** Well above the largest event, so that an event too large is skipped and only an endless one cuts the stream. */
    private static final int MAX_LINE_BYTES = 1024 * 1024;

    /** Frames of other gateways that are about the stream, not about the run. */
    private static final Set<String> CONTROL_FRAMES = Set.of("agentos.end", "agentos.gap", "agentos.error");

    /** The run's mirror; called on the event loop. */
    interface Listener {
        void connected();

        /** Something new has been stored. */
        void progressed();

        /** The last call, once. */
        void done(Outcome outcome);
    }

    private final MirroredRun run;
    private final MirrorTools tools;
    private final Executor loop;
    private final Listener listener;
    private final EventParser parser = new EventParser(MAX_LINE_BYTES, MAX_LINE_BYTES, this::frame);
    private final BatchFeed feed;
    private final Tally tally;

    private HttpClientRequest request;
    private HttpClientResponse response;
    private Timers.Timer idleTimer = () -> {};
    private Instant lastRead;
    private boolean paused;
    private Outcome ending;
    private boolean told;

    Upstream(MirroredRun run, MirrorTools tools, Executor loop, Listener listener) {
        this.run = run;
        this.tools = tools;
        this.loop = loop;
        this.listener = listener;
        this.tally = new Tally(tools.meters());
        this.feed = new BatchFeed(run.run(), tools.ports().sink(), loop, this::stored, this::notStored);
    }

    void open(long fromSequence) {
        lastRead = tools.timers().instant();
        watchIdle(tools.settings().idleTimeout());
        url(fromSequence).ifPresent(url -> tools.calls().eventStream(run, url).onComplete(this::requestReady));
    }

    private Optional<PeerUrl> url(long fromSequence) {
        try {
            return Optional.of(PeerUrl.events(run, fromSequence));
        } catch (IllegalArgumentException notPinned) {
            LOG.warn("Mirror URL refused peer={} reason={}", run.peer().stackId(), notPinned.getMessage());
            end(Outcome.failed(Outcome.Kind.REFUSED, "url_not_allowed"));
            return Optional.empty();
        }
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
        response.endHandler(closed -> end(Outcome.failed(Outcome.Kind.ENDED, "")));
        response.handler(this::read);
        listener.connected();
    }

    private void refused(Outcome refusal) {
        if (refusal.kind() == Outcome.Kind.UNAUTHORIZED) {
            tools.calls().unauthorized(run, request);
        }
        end(refusal);
    }

    private void read(Buffer chunk) {
        if (ending != null) {
            return;
        }
        lastRead = tools.timers().instant();
        try {
            parser.feed(chunk.getBytes());
        } catch (EventStreamException tooLong) {
            String error = tooLong.limit() == EventStreamException.Limit.LINE ? "line_too_long" : "event_too_long";
            end(Outcome.failed(Outcome.Kind.REFUSED, error));
        } catch (RuntimeException bug) {
            LOG.error("Frame not read peer={}", run.peer().stackId(), bug);
            end(Outcome.failed(Outcome.Kind.NOT_STORED, "internal_error"));
        }
        feed.flush();
        if (feed.full() && ending == null) {
            paused = true;
            response.pause();
        }
    }

    private void frame(String type, byte[] data, String lastEventId) {
        if (CONTROL_FRAMES.contains(type)) {
            return;
        }
        Reading reading = tools.ports().reader().read(run.run(), data);
        if (reading instanceof Reading.Usable usable) {
            feed.add(usable.event());
        } else if (reading instanceof Reading.Skipped skipped) {
            tools.meters().skipped(skipped.reason());
        }
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
            lastRead = tools.timers().instant();
            response.resume();
        }
    }

    /** Time spent paused is ours, not the peer's silence. */
    private void watchIdle(Duration left) {
        idleTimer = tools.timers().after(left, () -> loop.execute(this::checkIdle));
    }

    private void checkIdle() {
        if (ending != null) {
            return;
        }
        Instant now = tools.timers().instant();
        Duration limit = tools.settings().idleTimeout();
        Duration silent = paused ? Duration.ZERO : Duration.between(lastRead, now);
        if (silent.compareTo(limit) < 0) {
            watchIdle(limit.minus(silent));
        } else if (response == null) {
            end(Outcome.failed(Outcome.Kind.UNREACHABLE, "no_answer"));
        } else {
            end(Outcome.failed(Outcome.Kind.CUT, "idle"));
        }
    }

    private void end(Outcome how) {
        if (ending != null) {
            return;
        }
        ending = how;
        idleTimer.cancel();
        if (how.kind() != Outcome.Kind.ENDED && request != null) {
            request.reset();
        }
        tellWhenStored();
    }

    private void tellWhenStored() {
        if (!told && feed.idle()) {
            told = true;
            listener.done(new Outcome(ending.kind(), ending.error(), tally.accepted(), tally.sealedBy()));
        }
    }
}
