package org.agentos.federation.support;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Holds answers against the API document: status, content type, required headers, and the body against its schema. A
 * path the document does not know must answer 404, a method it does not give for a path 405, both with the error object.
 */
public final class OpenApiCheck {
    private static final String DOCUMENT = "/openapi/federation-gateway.json";
    private static final String ID = "urn:agentos:federation-gateway";
    private static final OpenApiCheck OF_PROJECT = new OpenApiCheck(resource());

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final Map<String, Pattern> paths = new ConcurrentHashMap<>();

    private OpenApiCheck(String text) {
        this.document = Json.parse(text);
        this.schemas = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(ID, text))));
        document.get("paths").fieldNames().forEachRemaining(template -> paths.put(template, pattern(template)));
    }

    /** The check by the document this project ships. */
    public static OpenApiCheck ofProject() {
        return OF_PROJECT;
    }

    public JsonNode document() {
        return document;
    }

    /** Fails with every way in which the answer is not what the document says. */
    public void verify(Answer answer) {
        List<String> problems = problems(answer);
        if (!problems.isEmpty()) {
            throw new AssertionError("the answer is not as the API document says: " + problems + "\n" + answer);
        }
    }

    /** Every way in which the answer is not what the document says. */
    public List<String> problems(Answer answer) {
        Optional<String> pointer = responsePointer(answer);
        if (pointer.isEmpty()) {
            return List.of("status " + answer.status() + " is not in the document");
        }
        JsonNode response = at(pointer.get());
        List<String> problems = new ArrayList<>(headerProblems(response, answer.headers()));
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            return answer.body().length == 0 ? problems : with(problems, "a body where the document has none");
        }
        if (!content.has(answer.mediaType())) {
            return with(problems, "content type '" + answer.mediaType() + "' is not in the document");
        }
        if (answer.mediaType().equals("application/json")) {
            String schema = pointer.get() + "/content/application~1json/schema";
            problems.addAll(schemaProblems(schema, answer.json()));
        }
        return problems;
    }

    /** What is wrong with a value by the schema at this JSON pointer of the document. */
    public List<String> schemaProblems(String pointer, JsonNode value) {
        return schemas.getSchema(SchemaLocation.of(ID + "#" + pointer)).validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private Optional<String> responsePointer(Answer answer) {
        Optional<String> template = template(answer.path());
        if (template.isEmpty()) {
            return answer.status() == 404 ? Optional.of("/components/responses/NotFound") : Optional.empty();
        }
        String operation = "/paths/" + escape(template.get()) + "/" + lowerCase(answer.method());
        if (at(operation).isMissingNode()) {
            return answer.status() == 405 ? Optional.of("/components/responses/MethodNotAllowed") : Optional.empty();
        }
        String response = operation + "/responses/" + answer.status();
        return at(response).isMissingNode() ? Optional.empty() : Optional.of(resolved(response));
    }

    private Optional<String> template(String path) {
        int query = path.indexOf('?');
        String plain = query < 0 ? path : path.substring(0, query);
        if (paths.containsKey(plain)) {
            return Optional.of(plain);
        }
        return paths.entrySet().stream()
                .filter(entry -> entry.getValue().matcher(plain).matches())
                .map(Map.Entry::getKey)
                .max(Comparator.comparingInt(String::length)); // the one with more literal text, a verb after an id say
    }

    private List<String> headerProblems(JsonNode response, HttpHeaders headers) {
        List<String> problems = new ArrayList<>();
        response.path("headers").properties().forEach(entry -> {
            JsonNode header = at(entry.getValue().path("$ref").asText().substring(1));
            Optional<String> value = headers.firstValue(entry.getKey());
            if (value.isEmpty() && header.path("required").asBoolean()) {
                problems.add("header " + entry.getKey() + " is missing");
            }
            value.ifPresent(text -> schemaProblems(
                            "/components/headers/" + entry.getKey() + "/schema", Json.parse(Json.write(text)))
                    .forEach(problem -> problems.add("header " + entry.getKey() + ": " + problem)));
        });
        return problems;
    }

    private JsonNode at(String pointer) {
        return document.at(JsonPointer.compile(pointer));
    }

    private String resolved(String pointer) {
        String ref = at(pointer).path("$ref").asText();
        return ref.isEmpty() ? pointer : ref.substring(1);
    }

    private static List<String> with(List<String> problems, String one) {
        problems.add(one);
        return problems;
    }

    private static String escape(String path) {
        return path.replace("~", "~0").replace("/", "~1");
    }

    private static String lowerCase(String method) {
        return method.toLowerCase(java.util.Locale.ROOT);
    }

    private static Pattern pattern(String template) {
        String regex = Pattern.quote(template).replaceAll("\\{[^/}]+}", "\\\\E[^/]+\\\\Q");
        return Pattern.compile(regex);
    }

    private static String resource() {
        try (InputStream in = OpenApiCheck.class.getResourceAsStream(DOCUMENT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
