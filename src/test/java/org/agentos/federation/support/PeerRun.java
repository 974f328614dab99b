package org.agentos.federation.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run that lives on a scripted peer: its events, its status, and a well-behaved stream of it that honours positions. */
public final class PeerRun {
    private static final long RECHECK_MILLIS = 200;

    private final String runId;
    private final List<String> envelopes = new ArrayList<>();
    private String status = "running";
    private boolean over;

    PeerRun(String runId) {
        this.runId = runId;
    }

    public String runId() {
        return runId;
    }

    public synchronized String status() {
        return status;
    }

    public synchronized PeerRun status(String now) {
        status = now;
        return this;
    }

    /** Adds the run's next event and returns its envelope; sequences count from 1. */
    public synchronized String emit(String type) {
        int sequence = envelopes.size() + 1;
        return emitEnvelope("{\"event\":{\"event_id\":\"evt_" + runId + "_" + sequence + "\",\"run_id\":\"" + runId
                + "\",\"sequence\":" + sequence + ",\"type\":\"" + type + "\",\"payload\":{\"n\": " + sequence + "}}}");
    }

    /** Adds an envelope as it is; its sequence should be the next one. */
    public synchronized String emitEnvelope(String envelope) {
        envelopes.add(envelope);
        notifyAll();
        return envelope;
    }

    /** Emits the terminal event, sets the status and ends the streams. */
    public synchronized String complete() {
        String envelope = emit("agentos.run.completed");
        status = "completed";
        over = true;
        notifyAll();
        return envelope;
    }

    /** Ends the streams without a terminal event. */
    public synchronized void endStreams() {
        over = true;
        notifyAll();
    }

    /** Returns at the run's end, or when the client has left. */
    void stream(PeerRequest request, PeerConnection connection) throws IOException, InterruptedException {
        connection.startStream();
        int position = request.query("from_sequence").map(Integer::parseInt).orElse(0);
        for (Optional<String> next = after(position, connection);
                next.isPresent();
                next = after(position, connection)) {
            position++;
            connection.chunk(Reply.frame(next.get()).getBytes(StandardCharsets.UTF_8));
        }
        connection.endStream();
    }

    /** The envelope after a position, waiting for it; empty when the run is over. */
    private synchronized Optional<String> after(int position, PeerConnection connection) throws InterruptedException {
        while (envelopes.size() <= position && !over && connection.clientIsThere()) {
            wait(RECHECK_MILLIS);
        }
        return envelopes.size() > position ? Optional.of(envelopes.get(position)) : Optional.empty();
    }
}
