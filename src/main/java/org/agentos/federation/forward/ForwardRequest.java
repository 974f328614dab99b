package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.trust.BodyAuth;
import org.agentos.federation.trust.Traceparent;

/**
 * What a client asks for with runs:forward.
 *
 * @param idempotencyKey the one in the body
 * @param traceparent valid, or absent
 * @param selectorDigest of {@code target_selector} as sent
 * @param runDigest of {@code run_request} as a JSON value, the key itself apart
 */
public record ForwardRequest(
        TargetSelector selector,
        BodyAuth auth,
        String agentId,
        RunRequest run,
        Optional<String> idempotencyKey,
        Optional<String> traceparent,
        Digest128 selectorDigest,
        Digest128 runDigest) {

    /**
     * Reads a request body.
     *
     * @throws FederationException {@code invalid_json}, or {@code invalid_request} with all problems
     */
    public static ForwardRequest parse(byte[] body) {
        return parse(body, null);
    }

    /** @param peeked what was made of the body before; null or of another body: it is parsed */
    static ForwardRequest parse(byte[] body, ParsedBody peeked) {
        try {
            boolean parsed = peeked != null && peeked.isOf(body);
            return new Reader().read(parsed ? peeked.root() : ForwardJson.read(body), RunRequest.in(body));
        } catch (ForwardJson.NotJson | IOException e) {
            String reason = e instanceof ForwardJson.NotJson notJson ? notJson.getMessage() : "is not JSON";
            throw new FederationException(ErrorCode.INVALID_JSON, "The request body " + reason + ".");
        }
    }

    private static final class Reader {
        private final Problems problems = new Problems();

        ForwardRequest read(JsonNode root, RunRequest run) {
            if (!root.isObject()) {
                problems.add("the body is not an object");
                problems.throwIfAny();
            }
            JsonNode forward = problems.object(root, "forward", "forward");
            problems.throwIfAny();
            TargetSelector selector = selector(problems.object(forward, "forward.target_selector", "target_selector"));
            BodyAuth auth = auth(problems.object(forward, "forward.auth", "auth"));
            JsonNode runRequest = problems.object(forward, "forward.run_request", "run_request");
            Optional<String> agentId = runRequest.isObject()
                    ? problems.requiredId(runRequest.path("agent_id"), "forward.run_request.agent_id")
                    : Optional.empty();
            Optional<String> key =
                    problems.id(runRequest.path("idempotency_key"), "forward.run_request.idempotency_key");
            problems.throwIfAny();
            return new ForwardRequest(
                    selector,
                    auth,
                    agentId.orElseThrow(),
                    run,
                    key,
                    Traceparent.valid(forward.path("traceparent").asText("")),
                    new JsonDigest().add(forward.path("target_selector")).finish(),
                    digestWithoutKey(runRequest));
        }

        private TargetSelector selector(JsonNode node) {
            String path = "forward.target_selector";
            TargetSelector selector = new TargetSelector(
                    problems.id(node.path("stack_id"), path + ".stack_id"),
                    problems.id(node.path("region"), path + ".region"),
                    problems.strings(node.path("required_capabilities"), path + ".required_capabilities"),
                    problems.id(node.path("preferred_model_tier"), path + ".preferred_model_tier"));
            if (node.isObject() && !selector.canChoose()) {
                problems.add(path + " names no stack_id, region or required_capabilities to choose a peer by");
            }
            return selector;
        }

        private BodyAuth auth(JsonNode node) {
            problems.id(node.path("tenant_id"), "forward.auth.tenant_id");
            problems.id(node.path("principal_id"), "forward.auth.principal_id");
            JsonNode principal = node.path("principal");
            if (!Problems.absent(principal) && !principal.isObject()) {
                problems.add("forward.auth.principal is not an object");
            }
            problems.id(principal.path("principal_id"), "forward.auth.principal.principal_id");
            problems.strings(node.path("scopes"), "forward.auth.scopes");
            return ForwardAuth.of(node);
        }

        /** The same key may come in the body at one time and by header at another. */
        private static Digest128 digestWithoutKey(JsonNode runRequest) {
            ObjectNode rest = ((ObjectNode) runRequest).objectNode();
            rest.setAll((ObjectNode) runRequest);
            rest.remove("idempotency_key");
            return new JsonDigest().add(rest).finish();
        }
    }
}
