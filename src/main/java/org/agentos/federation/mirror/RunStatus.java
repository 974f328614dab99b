package org.agentos.federation.mirror;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.peer.BoundedAnswer;
import org.agentos.federation.peer.RunAnswer;

/** Asks a peer how one of its runs is doing. */
final class RunStatus {
    /** A larger answer is not read on. */
    private static final int MAX_BODY_BYTES = 256 * 1024;

    /** For the whole answer: one that drips or stops would else hold up its run, and a connection, for ever. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final PeerCalls calls;
    private final Duration maxWait;

    RunStatus(PeerCalls calls) {
        this(calls, MAX_WAIT);
    }

    RunStatus(PeerCalls calls, Duration maxWait) {
        this.calls = calls;
        this.maxWait = maxWait;
    }

    /** How the run ended; empty while it goes on, and when the peer does not tell. Never fails. */
    Future<Optional<RunEnd>> ask(MirroredRun run) {
        return Future.succeededFuture(run)
                .map(PeerUrl::status)
                .compose(url -> calls.status(run, url))
                .compose(call -> answer(run, call))
                .otherwise(Optional.empty());
    }

    private Future<Optional<RunEnd>> answer(MirroredRun run, HttpClientRequest call) {
        return call.send()
                .compose(response -> read(run, response))
                .timeout(maxWait.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(unread -> call.reset());
    }

    private Future<Optional<RunEnd>> read(MirroredRun run, HttpClientResponse response) {
        response.exceptionHandler(cut -> {});
        if (response.statusCode() == 200) {
            return BoundedAnswer.read(response, MAX_BODY_BYTES)
                    .map(body -> RunAnswer.status(body.getBytes()).flatMap(RunEnd::ofStatus));
        }
        if (response.statusCode() == 401) {
            calls.unauthorized(run, response.request());
        }
        response.request().reset();
        return Future.succeededFuture(Optional.empty());
    }
}
