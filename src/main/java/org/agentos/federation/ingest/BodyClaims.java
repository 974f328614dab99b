package org.agentos.federation.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.trust.BodyAuth;

/** What the members around the events claim of the sender, in any of the body shapes. */
final class BodyClaims {
    final List<String> peers = new ArrayList<>(1);
    private final List<String> tenants = new ArrayList<>(1);
    private final List<String> principals = new ArrayList<>(1);

    /** Takes the member whose value the parser stands at; leaves the parser at the value's end. */
    void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "peer_id" -> addText(json, name, peers);
            case "peer" -> readMember(json, name, "stack_id", peers);
            case "ingest" -> readMember(json, name, "source_stack_id", peers);
            case "auth" -> readAuth(json);
            default -> json.skipChildren();
        }
    }

    /** @throws FederationException {@code tenant_mismatch} when two tenants are named */
    BodyAuth auth() {
        if (tenants.stream().distinct().count() > 1) {
            throw new FederationException(ErrorCode.TENANT_MISMATCH, "the body names two tenants");
        }
        return new BodyAuth(tenants.stream().findFirst(), principals.stream().findFirst(), Optional.empty());
    }

    private void readAuth(JsonParser json) throws IOException {
        if (isAbsent(json, "auth")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "tenant_id" -> addText(json, "auth.tenant_id", tenants);
                case "principal_id" -> addText(json, "auth.principal_id", principals);
                case "principal" -> readMember(json, "auth.principal", "principal_id", principals);
                default -> json.skipChildren();
            }
        }
    }

    private static void readMember(JsonParser json, String path, String member, List<String> into) throws IOException {
        if (isAbsent(json, path)) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals(member)) {
                addText(json, path + "." + member, into);
            } else {
                json.skipChildren();
            }
        }
    }

    private static void addText(JsonParser json, String path, List<String> into) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            into.add(json.getText());
        } else if (json.currentToken() != JsonToken.VALUE_NULL) {
            throw invalid(path + " must be a string");
        }
    }

    private static boolean isAbsent(JsonParser json, String path) {
        if (json.currentToken() != JsonToken.START_OBJECT && json.currentToken() != JsonToken.VALUE_NULL) {
            throw invalid(path + " must be an object");
        }
        return json.currentToken() == JsonToken.VALUE_NULL;
    }

    static FederationException invalid(String problem) {
        return new FederationException(ErrorCode.INVALID_REQUEST, problem).detail("problems", List.of(problem));
    }
}
