package org.agentos.federation.mirror;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;

/** Asks a peer how one of its runs is doing. */
final class RunStatus {
    /** A larger answer is not read on. */
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final PeerCalls calls;
    private final ObjectMapper json = new ObjectMapper();

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
            return body(response).map(this::end);
        }
        if (response.statusCode() == 401) {
            calls.unauthorized(run, response.request());
        }
        response.request().reset();
        return Future.succeededFuture(Optional.empty());
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > MAX_BODY_BYTES) {
                response.request().reset();
                whole.tryFail("the answer is too large");
            }
        });
        return whole.future();
    }

    /** The status stands in {@code run}; some orchestrators leave the wrapper out. */
    private Optional<RunEnd> end(Buffer body) {
        try {
            JsonNode answer = json.readTree(body.getBytes());
            JsonNode run = answer.path("run").isObject() ? answer.path("run") : answer;
            return RunEnd.ofStatus(run.path("status").asText());
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
