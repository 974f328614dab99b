package org.agentos.federation.mirror;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.peer.BoundedAnswer;
import org.agentos.federation.peer.RunAnswer;

/** Asks a peer how one of its runs is doing. */
final class RunStatus {
    /** A larger answer is not read on. */
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final PeerCalls calls;

    RunStatus(PeerCalls calls) {
        this.calls = calls;
    }

    /** How the run ended; empty while it goes on, and when the peer does not tell. Never fails. */
    Future<Optional<RunEnd>> ask(MirroredRun run) {
        return Future.succeededFuture(run)
                .map(PeerUrl::status)
                .compose(url -> calls.status(run, url))
                .compose(HttpClientRequest::send)
                .compose(response -> read(run, response))
                .otherwise(Optional.empty());
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
