package org.agentos.federation.bench;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of one event loop that are open just now. Counted and written to from any thread. */
final class OpenStreams {
    private final Context loop;
    private final Set<HttpServerResponse> open = ConcurrentHashMap.newKeySet();

    OpenStreams(Context loop) {
        this.loop = loop;
    }

    void add(HttpServerResponse response) {
        open.add(response);
        response.closeHandler(gone -> open.remove(response));
    }

    int count() {
        return open.size();
    }

    void write(Buffer frame) {
        loop.runOnContext(on -> open.forEach(response -> response.write(frame.copy())));
    }
}
