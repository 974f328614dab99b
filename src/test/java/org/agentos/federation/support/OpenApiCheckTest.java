package org.agentos.federation.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.agentos.federation.error.ErrorCode;
import org.junit.jupiter.api.Test;

class OpenApiCheckTest {
    private static final String HEALTH = "{\"status\":\"ok\",\"service\":\"federation\",\"version\":\"1\"}";

    private final OpenApiCheck check = OpenApiCheck.ofProject();

    @Test
    void shouldPassAnAnswerTheDocumentDescribes() {
        assertThat(check.problems(answer("GET", "/v1/federation/health", 200, HEALTH)))
                .isEmpty();
    }

    @Test
    void shouldNameEveryFaultOfAnAnswer() {
        assertThat(check.problems(
                        answer("GET", "/v1/federation/health", 200, "{\"status\":\"fine\",\"version\":\"1\"}")))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("service"))
                .anyMatch(problem -> problem.contains("status"));
    }

    @Test
    void shouldRefuseAStatusTheOperationDoesNotHave() {
        assertThat(check.problems(answer("GET", "/v1/federation/health", 409, error("conflict"))))
                .containsExactly("status 409 is not in the document");
    }

    @Test
    void shouldRefuseAnErrorCodeOfAnotherStatus() {
        assertThat(check.problems(answer("GET", "/v1/federation/runs/r 1", 404, error("forbidden"))))
                .hasSize(1);
        assertThat(check.problems(answer("GET", "/v1/federation/runs/r1", 404, error("not_found"))))
                .isEmpty();
    }

    @Test
    void shouldExpectNotFoundOnUnknownPaths() {
        assertThat(check.problems(answer("GET", "/v1/federation/runsX", 404, error("not_found"))))
                .isEmpty();
        assertThat(check.problems(answer("GET", "/v1/federation/runsX", 200, "{}")))
                .containsExactly("status 200 is not in the document");
    }

    @Test
    void shouldExpectAllowOnUnknownMethods() {
        Answer answer = answer("GET", "/v1/federation/runs:forward", 405, error("method_not_allowed"));

        assertThat(check.problems(answer)).containsExactly("header Allow is missing");
    }

    @Test
    void shouldHoldEveryExampleAgainstItsSchema() {
        // Given
        Map<String, JsonNode> contents = new LinkedHashMap<>();
        collect(check.document(), "", contents);
        List<String> problems = new ArrayList<>();
        int[] examples = {0};

        // When
        contents.forEach((pointer, content) -> content.path("examples").forEach(example -> {
            examples[0]++;
            problems.addAll(check.schemaProblems(pointer + "/schema", example.get("value")));
        }));

        // Then
        assertThat(problems).isEmpty();
        assertThat(examples[0]).isGreaterThan(30);
    }

    @Test
    void shouldGiveEveryErrorCodeUnderItsStatus() {
        // Given
        Set<String> described = new TreeSet<>();

        // When
        check.document().at("/components/responses").forEach(response -> response.at(
                        "/content/application~1json/schema/allOf/1/properties/error/properties/code/enum")
                .forEach(code -> described.add(code.asText())));

        // Then
        assertThat(described).containsExactlyInAnyOrderElementsOf(wireNames());
        assertThat(check.document().at("/components/schemas/ErrorBody/properties/error/properties/code/enum"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrderElementsOf(wireNames());
    }

    @Test
    void shouldReferToExistingPartsOnlyAndUseEveryPart() {
        // Given
        Set<String> references = new TreeSet<>();

        // When
        references(check.document(), references);

        // Then
        assertThat(references).allSatisfy(ref -> assertThat(
                        check.document().at(ref.substring(1)).isMissingNode())
                .as(ref)
                .isFalse());
        assertThat(references).contains("#/components/schemas/ErrorBody").containsAll(parts());
    }

    private Set<String> parts() {
        Set<String> parts = new HashSet<>();
        for (String kind : List.of("parameters", "headers", "schemas")) {
            check.document()
                    .at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(name -> parts.add("#/components/" + kind + "/" + name));
        }
        return parts;
    }

    private static void references(JsonNode node, Set<String> found) {
        if (node.path("$ref").isTextual()) {
            found.add(node.get("$ref").asText());
        }
        node.forEach(child -> references(child, found));
    }

    private static void collect(JsonNode node, String pointer, Map<String, JsonNode> found) {
        if (node.has("schema") && node.has("examples")) {
            found.put(pointer, node);
        }
        node.properties()
                .forEach(entry -> collect(
                        entry.getValue(),
                        pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
                        found));
    }

    private static Set<String> wireNames() {
        Set<String> names = new TreeSet<>();
        Arrays.stream(ErrorCode.values()).forEach(code -> names.add(code.wireName()));
        return names;
    }

    private static String error(String code) {
        return "{\"error\":{\"code\":\"" + code
                + "\",\"message\":\"no\",\"retryable\":false},\"correlation_id\":\"c\"}";
    }

    private static Answer answer(String method, String path, int status, String body) {
        HttpHeaders headers = HttpHeaders.of(
                Map.of("Content-Type", List.of("application/json"), "X-Request-Id", List.of("req_1")), (n, v) -> true);
        return new Answer(method, path, status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
