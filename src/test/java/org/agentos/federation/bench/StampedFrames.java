package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;

/** The events of one run as a peer sends them: their sequences rise, and each says when it was sent. Safe for any thread. */
final class StampedFrames {
    /** Stands before the time of sending: {@link System#nanoTime}, which is the same clock in all processes on Linux. */
    static final String MARK = "sent=";

    static final int DIGITS = 19;

    private final Template frame;
    private long sequence = Bodies.FIRST_SEQUENCE;

    StampedFrames(String runId) {
        String envelope = Bodies.envelope(runId, Bodies.SEQUENCE, MARK + Template.place(DIGITS));
        frame = new Template("event: agentos.event\nid: " + Bodies.SEQUENCE + "\ndata: " + envelope + "\n\n");
    }

    /** The next frames, all sent at the same time. */
    synchronized Buffer next(int frames, long sentNanos) {
        Buffer next = Buffer.buffer();
        for (int i = 0; i < frames; i++) {
            next.appendBytes(frame.with(sequence, sequence, sequence, sentNanos));
            sequence++;
        }
        return next;
    }
}
