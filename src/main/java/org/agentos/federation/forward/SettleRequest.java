package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * What an operator says became of a forward.
 *
 * @param run the one that the peer started; empty = it started none
 */
record SettleRequest(Optional<PeerRun> run) {

    /** @param status {@code queued} where the operator does not say */
    record PeerRun(String runId, String eventsUrl, String status) {}

    String outcome() {
        return run.isPresent() ? "started" : "not_started";
    }

    /** @throws FederationException {@code invalid_json}, or {@code invalid_request} with all problems */
    static SettleRequest parse(byte[] body) {
        JsonNode root;
        try {
            root = ForwardJson.read(body);
        } catch (ForwardJson.NotJson e) {
            throw new FederationException(ErrorCode.INVALID_JSON, "The request body " + e.getMessage() + ".");
        }
        Problems problems = new Problems();
        JsonNode settle = problems.object(root, "settle", "settle");
        problems.throwIfAny();
        SettleRequest request =
                switch (settle.path("outcome").asText()) {
                    case "started" -> new SettleRequest(run(settle, problems));
                    case "not_started" -> notStarted(settle, problems);
                    default -> {
                        problems.add("settle.outcome is neither started nor not_started");
                        yield null;
                    }
                };
        problems.throwIfAny();
        return request;
    }

    private static Optional<PeerRun> run(JsonNode settle, Problems problems) {
        Optional<String> runId = problems.requiredId(settle.path("run_id"), "settle.run_id");
        JsonNode eventsUrl = settle.path("events_url");
        if (!eventsUrl.isTextual()) {
            problems.add("settle.events_url " + (Problems.absent(eventsUrl) ? "is required" : "is not a string"));
        }
        Optional<String> status = problems.id(settle.path("status"), "settle.status");
        problems.throwIfAny();
        return Optional.of(new PeerRun(runId.orElseThrow(), eventsUrl.textValue(), status.orElse("queued")));
    }

    private static SettleRequest notStarted(JsonNode settle, Problems problems) {
        if (settle.has("run_id") || settle.has("events_url")) {
            problems.add("settle.run_id and settle.events_url go with the outcome started");
        }
        return new SettleRequest(Optional.empty());
    }
}
