package org.agentos.federation.bench;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The least that can stand between a peer's event streams and their readers, storing nothing. One for each event loop. */
final class Relay {
    private final HttpClient peer;

    Relay(HttpClient peer) {
        this.peer = peer;
    }

    /** Writes on what comes of the peer's stream at this path, until the reader leaves. */
    void relay(HttpServerRequest request, String path) {
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        peer.request(HttpMethod.GET, path)
                .compose(call -> {
                    response.closeHandler(gone -> call.reset());
                    return call.send();
                })
                .onSuccess(stream -> stream.pipeTo(response))
                .onFailure(e -> request.response().setStatusCode(502).end());
    }

    /** Opens so many of the peer's streams, drops what comes, and answers once all are open. */
    void hold(HttpServerRequest request, int left) {
        if (left == 0) {
            BareServer.answer(request, BareServer.number(0));
            return;
        }
        peer.request(HttpMethod.GET, "/v1/runs/run_held_" + left + "/events")
                .compose(call -> call.send())
                .onSuccess(stream -> {
                    stream.handler(dropped -> {});
                    hold(request, left - 1);
                })
                .onFailure(e -> request.response().setStatusCode(502).end());
    }
}
