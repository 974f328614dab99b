package org.agentos.federation.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.ClientConnection.Phase;
import org.agentos.federation.http.HeldAnswers.Held;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One request on one connection, from its head to the last byte of its answer. Runs on the connection's event loop, but
 * for {@link #send} and {@link #fail}.
 */
final class HttpCall {
    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);

    private final ClientConnection connection;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestIds ids;
    private final Context loop;
    private final HttpDesk desk;
    private final long startNanos;
    private final AnnouncedBody body;
    private String routeId = HttpObserver.NO_ROUTE;
    private String pathRouteId = HttpObserver.NO_ROUTE;
    private RequestBody receiving;
    private Runnable atEnd = () -> {};
    private StreamWriter stream;
    private Optional<Held> held = Optional.empty();
    private boolean answered;
    private boolean last;
    private boolean closing;
    private boolean finished;

    HttpCall(ClientConnection connection, HttpServerRequest request, RequestIds ids, Context loop, HttpDesk desk) {
        this.connection = connection;
        this.request = request;
        this.response = request.response();
        this.ids = ids;
        this.loop = loop;
        this.desk = desk;
        this.startNanos = desk.nanoTime().getAsLong();
        this.body = AnnouncedBody.of(request);
    }

    void begin() {
        desk.calls().begin();
        connection.begin(this);
        response.closeHandler(closed -> clientLeft());
    }

    RequestIds ids() {
        return ids;
    }

    HttpServerRequest request() {
        return request;
    }

    ClientConnection connection() {
        return connection;
    }

    AnnouncedBody body() {
        return body;
    }

    boolean answered() {
        return answered;
    }

    /** Whether the answer has begun and goes on until its body ends. */
    boolean streams() {
        return stream != null;
    }

    /** What serves the path, though perhaps not this request. */
    void foundPath(String id) {
        pathRouteId = id;
    }

    void foundRoute(String id) {
        routeId = id;
        pathRouteId = id;
    }

    void receiving(RequestBody body) {
        receiving = body;
        connection.enter(Phase.BODY);
    }

    void working() {
        receiving = null;
        connection.enter(Phase.WORKING);
    }

    /** No other request is taken on the connection. */
    void closeAfterwards() {
        last = true;
    }

    /** Answers no, unless the answer is given already. */
    void refuse(FederationException refusal) {
        if (!answered) {
            write(dressed(desk.encoder().of(refusal, ids.correlationId()), null), () -> {});
        }
    }

    /** The answer with the headers that stand on all of its route; the exchange is null where it was refused before. */
    Answer dressed(Answer answer, Exchange exchange) {
        ResponseHeaders.copy(desk.headers().of(pathRouteId, exchange), answer.headers());
        return answer;
    }

    /** Logs a bug and makes the answer that admits it; on any thread. */
    Answer fail(Throwable cause) {
        LOG.error(
                "request failed request_id={} route={} method={} path={}",
                ids.requestId(),
                routeId,
                request.method(),
                request.path(),
                cause);
        return desk.encoder().of(AnswerEncoder.internalError(isGet()), ids.correlationId());
    }

    /**
     * Has the answer written; on any thread.
     *
     * @param whenOver run on the event loop once nothing of the answer is needed any more
     */
    void send(Answer answer, Runnable whenOver) {
        loop.runOnContext(on -> {
            try {
                write(answer, whenOver);
            } catch (RuntimeException e) {
                LOG.error("answer not written request_id={} route={}", ids.requestId(), routeId, e);
                connection.abort();
                finish();
            }
        });
    }

    private void write(Answer answer, Runnable whenOver) {
        answered = true;
        atEnd = whenOver;
        if (response.closed()) {
            dismiss(answer);
            finish(HttpObserver.CLIENT_LEFT);
            return;
        }
        Answer given = holdable(answer);
        writeHead(given);
        if (given.payload() instanceof Answer.Whole whole) {
            end(whole.bytes(), () -> finish(given.status()));
        } else if (given.payload() instanceof Answer.Pieces pieces) {
            observe(given.status());
            stream = new StreamWriter(loop, response, new StreamFate());
            stream.start(pieces.publisher());
        }
    }

    /** The answer, or a refusal where too many large ones stand in memory and asking again does nothing twice. */
    private Answer holdable(Answer answer) {
        if (answer.heldBytes() == 0) {
            return answer;
        }
        held = desk.held().hold(answer.heldBytes(), isGet(), () -> loop.runOnContext(on -> cut()));
        return held.isPresent() ? answer : dressed(desk.encoder().of(HeldAnswers.noRoom(), ids.correlationId()), null);
    }

    private boolean isGet() {
        return request.method().name().equals("GET");
    }

    private void cut() {
        if (!finished) {
            if (stream != null) {
                stream.cancel();
            }
            finish();
            connection.abort();
        }
    }

    private void writeHead(Answer answer) {
        response.setStatusCode(answer.status());
        response.headers().setAll(answer.headers()).set("X-Request-Id", ids.requestId());
        desk.cors().mark(request.headers(), response.headers());
        boolean unreadable = malformed() || (unread() && !body.isShort());
        if (unreadable) {
            connection.lingerOnClose();
        }
        closing = unreadable || last || desk.calls().draining();
        if (answer.payload() instanceof Answer.Pieces pieces) {
            announce(pieces.length());
        }
        if (closing) {
            response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** HTTP/1.0 knows no chunks: there the end of the connection is the end of the body. */
    private void announce(long length) {
        if (length == Answer.Pieces.UNKNOWN) {
            response.setChunked(true);
            closing |= request.version() == HttpVersion.HTTP_1_0;
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        }
    }

    /** Whether nobody can say for sure where the request ends, or whom it is for. */
    boolean malformed() {
        return request.decoderResult().isFailure()
                || request.version() == null
                || body.isCodedUnclearly()
                || request.headers().getAll(HttpHeaders.HOST).size() > 1;
    }

    private boolean unread() {
        return body.present() && !request.isEnded();
    }

    /** Vert.x may begin the next pipelined request within {@code end}, so the connection's phase is set before. */
    private void end(Buffer last, Runnable whenSent) {
        if (unread() && !closing) {
            connection.enter(Phase.DISCARDING);
            request.handler(rest -> {}).endHandler(read -> leaveConnection());
            response.end(last).onComplete(sent -> whenSent.run());
        } else {
            connection.enter(Phase.BLOCKED);
            response.end(last).onComplete(sent -> {
                whenSent.run();
                leaveConnection();
            });
        }
    }

    /** A drain may have begun since the head was written; the client would send its next request here and be refused. */
    private void leaveConnection() {
        if (closing || desk.calls().draining()) {
            connection.close();
        } else {
            connection.answered(this);
        }
    }

    private void clientLeft() {
        if (stream != null) {
            stream.cancel();
            finish();
        } else if (receiving != null && !answered) {
            answered = true;
            finish(HttpObserver.CLIENT_LEFT);
        }
    }

    private void dismiss(Answer answer) {
        if (answer.payload() instanceof Answer.Pieces pieces) {
            new StreamWriter(loop, response, new StreamFate()).dismiss(pieces.publisher());
        }
    }

    private void finish(int status) {
        finish();
        observe(status);
    }

    private void finish() {
        if (!finished) {
            finished = true;
            stream = null;
            held.ifPresent(Held::close);
            if (receiving != null) {
                receiving.release();
            }
            atEnd.run();
            desk.calls().end();
        }
    }

    private void observe(int status) {
        long nanos = desk.nanoTime().getAsLong() - startNanos;
        desk.observer().answered(routeId, request.method().name(), status, nanos);
    }

    private final class StreamFate implements StreamWriter.Listener {
        @Override
        public void step(boolean moved, boolean blocked) {
            if (moved) {
                held.ifPresent(Held::moved);
            }
            boolean wasBlocked = connection.phase() == Phase.BLOCKED;
            if (blocked && (moved || !wasBlocked)) {
                connection.enter(Phase.BLOCKED);
            } else if (!blocked && wasBlocked) {
                connection.enter(Phase.WORKING);
            }
        }

        @Override
        public void completed(Buffer last) {
            stream = null;
            end(last, HttpCall.this::finish);
        }

        @Override
        public void failed(Throwable cause) {
            // Clients that are too slow are counted; a line for each would let them fill the disk.
            Level level = cause instanceof TimeoutException ? Level.DEBUG : Level.WARN;
            LOG.atLevel(level)
                    .log(
                            "response cut, its body failed request_id={} route={} cause={}",
                            ids.requestId(),
                            routeId,
                            cause.toString());
            finish();
            if (response.isChunked() && !response.writeQueueFull()) {
                connection.close();
            } else {
                connection.abort();
            }
        }
    }
}
