package org.agentos.federation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** What a peer answers when it is asked how a run stands, {@code GET {base URL}/v1/runs/{run_id}}. */
public final class RunAnswer {
    private static final Set<String> STATES = Set.of("queued", "running", "completed", "failed", "canceled");
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunAnswer() {}

    /**
     * The run's status. It stands in {@code run}, and some orchestrators leave the wrapper out.
     *
     * @return empty for a status that the contract does not name, and for what is not such an answer
     */
    public static Optional<String> status(byte[] answer) {
        try {
            JsonNode root = JSON.readTree(answer);
            JsonNode run = root.path("run").isObject() ? root.path("run") : root;
            return Optional.ofNullable(run.path("status").textValue()).filter(STATES::contains);
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
