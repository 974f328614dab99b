package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;

/** Reads members of a request and collects what is wrong with them, so that a caller hears of everything at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void add(String problem) {
        found.add(problem);
    }

    /** The object under a name; a missing node where there is none. */
    JsonNode object(JsonNode parent, String path, String name) {
        JsonNode node = parent.path(name);
        if (!node.isObject()) {
            add(path + (absent(node) ? " is required" : " is not an object"));
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
        return node;
    }

    Optional<String> requiredId(JsonNode node, String path) {
        if (absent(node)) {
            add(path + " is required");
            return Optional.empty();
        }
        return id(node, path);
    }

    /** An id where one is given: 1..256 characters, none of them a control character. */
    Optional<String> id(JsonNode node, String path) {
        if (absent(node)) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            add(path + " is not a string");
            return Optional.empty();
        }
        Ids.problem(node.textValue()).ifPresent(problem -> add(path + " " + problem));
        return Optional.of(node.textValue());
    }

    List<String> strings(JsonNode node, String path) {
        List<String> strings = new ArrayList<>();
        if (absent(node)) {
            return strings;
        }
        if (!node.isArray()) {
            add(path + " is not a list of strings");
            return strings;
        }
        for (int i = 0; i < node.size(); i++) {
            id(node.get(i), path + "[" + i + "]").ifPresent(strings::add);
        }
        return strings;
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "The forward request is not valid.")
                    .detail("problems", List.copyOf(found));
        }
    }

    static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
