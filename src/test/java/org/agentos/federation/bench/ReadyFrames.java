package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Frames as the gateway sends them, made once. */
final class ReadyFrames {
    private static final int FRAMES_A_WRITE = 100;
    private static final int FRAME_BYTES;
    private static final Buffer READY;

    static {
        String frame = "event: agentos.event\nid: " + "c".repeat(60) + "\ndata: "
                + Bodies.envelope("run_bench", 1_000_000_001L) + "\n\n";
        FRAME_BYTES = frame.length();
        READY = Buffer.buffer(frame.repeat(FRAMES_A_WRITE));
    }

    private ReadyFrames() {}

    /** Writes so many as fast as the client takes them, then ends the answer. */
    static void send(HttpServerResponse response, int left) {
        int remaining = left;
        while (remaining > 0 && !response.writeQueueFull()) {
            int now = Math.min(remaining, FRAMES_A_WRITE);
            response.write(READY.slice(0, now * FRAME_BYTES));
            remaining -= now;
        }
        int rest = remaining;
        if (rest > 0) {
            response.drainHandler(v -> send(response, rest));
        } else {
            response.end();
        }
    }
}
