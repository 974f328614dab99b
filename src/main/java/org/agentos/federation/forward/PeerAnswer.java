package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.peer.Peer;

/** The run a peer says it started. */
record PeerAnswer(String runId, String eventsUrl, String status) {
    /** Longer than any state's name. */
    private static final int MAX_STATUS_LENGTH = 64;

    /** @throws FederationException {@code bad_peer_response} unless there is a usable run id and events URL */
    static PeerAnswer read(Peer peer, byte[] body) {
        JsonNode run = json(body).path("run");
        String runId = text(run, "run_id")
                .filter(id -> Ids.problem(id).isEmpty())
                .orElseThrow(() -> bad("The peer's answer has no usable run.run_id."));
        String eventsUrl = text(run, "events_url")
                .flatMap(url -> EventsUrl.resolve(peer.baseUrl(), url))
                .orElseThrow(() -> bad("The peer's answer has no run.events_url below the peer's base URL."));
        String status = text(run, "status")
                .filter(text -> text.length() <= MAX_STATUS_LENGTH
                        && Ids.problem(text).isEmpty()
                        && !text.equals(ForwardEntry.DELETED)) // that is for this gateway to say
                .orElse("queued");
        return new PeerAnswer(runId, eventsUrl, status);
    }

    static FederationException bad(String message) {
        // Under a key, and there always is one, asking again is safe.
        return new FederationException(ErrorCode.BAD_PEER_RESPONSE, message).retryable(true);
    }

    private static JsonNode json(byte[] body) {
        try {
            return ForwardJson.read(body);
        } catch (ForwardJson.NotJson e) {
            throw bad("The peer's answer " + e.getMessage() + ".");
        }
    }

    private static Optional<String> text(JsonNode run, String name) {
        return Optional.ofNullable(run.path(name).textValue());
    }
}
