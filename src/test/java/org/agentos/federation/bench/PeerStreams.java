package org.agentos.federation.bench;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that the peer has open, on all event loops. Used from any thread. */
final class PeerStreams {
    /** A stream's frames go on where the run's last stream ended. */
    record PeerStream(HttpServerResponse response, Context loop, StampedFrames frames) {
        void sendOne() {
            loop.runOnContext(on -> response.write(frames.next(1, System.nanoTime())));
        }
    }

    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private final Map<String, StampedFrames> runs = new ConcurrentHashMap<>();
    private final Set<PeerStream> open = ConcurrentHashMap.newKeySet();

    /** To be called on the stream's event loop. */
    PeerStream add(String runId, HttpServerResponse response, Context loop) {
        PeerStream stream = new PeerStream(response, loop, runs.computeIfAbsent(runId, StampedFrames::new));
        open.add(stream);
        response.closeHandler(gone -> open.remove(stream));
        return stream;
    }

    int count() {
        return open.size();
    }

    /** Those open just now. */
    List<PeerStream> all() {
        return List.copyOf(open);
    }

    void heartbeat() {
        open.forEach(stream -> stream.loop.runOnContext(on -> stream.response.write(HEARTBEAT.copy())));
    }
}
