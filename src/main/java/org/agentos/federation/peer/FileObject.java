package org.agentos.federation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One JSON object of the registry file while it is read: hands out members of the asked type and collects everything
 * that is wrong, each problem under its JSON path. An empty string counts as absent, as the reference writes it.
 */
final class FileObject {
    private final JsonNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> asked = new HashSet<>();

    /** Where problems go, and what {@code {{name}}} in a text stands for. */
    interface Problems {
        void add(String path, String what);

        Optional<String> property(String name);
    }

    FileObject(JsonNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    String path() {
        return path;
    }

    /** Whether a member that is an object has a member of its own. */
    boolean has(String name, String inner) {
        return node.path(name).has(inner);
    }

    /** Reports the member as missing when it is absent, or an empty string. */
    void require(String name) {
        JsonNode value = node.get(name);
        if (value == null || (value.isTextual() && value.textValue().isBlank())) {
            problem(name, "is missing");
        }
    }

    Optional<String> text(String name) {
        return member(name)
                .flatMap(value -> expect(value.isTextual(), name, "must be a string", value::textValue))
                .flatMap(text -> filled(name, text))
                .filter(text -> !text.isBlank());
    }

    /** A text in a form that a parser settles, which throws IllegalArgumentException with what is wrong. */
    <T> Optional<T> parsed(String name, Function<String, T> parser) {
        return text(name).flatMap(text -> parse(name, text, parser));
    }

    Optional<URI> url(String name) {
        return parsed(name, BaseUrl::parse);
    }

    <E> E choice(String name, Map<String, E> choices, E otherwise) {
        return text(name)
                .flatMap(text -> expect(
                        choices.containsKey(text),
                        name,
                        "must be one of " + new TreeSet<>(choices.keySet()),
                        () -> choices.get(text)))
                .orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        return member(name)
                .flatMap(value -> expect(value.isBoolean(), name, "must be true or false", value::booleanValue))
                .orElse(otherwise);
    }

    OptionalInt integer(String name, int min, int max) {
        OptionalLong value = whole(name, min, max);
        return value.isPresent() ? OptionalInt.of(Math.toIntExact(value.getAsLong())) : OptionalInt.empty();
    }

    OptionalLong whole(String name, long min, long max) {
        return member(name)
                .flatMap(value -> expect(
                        value.canConvertToExactIntegral() && value.isNumber() && within(value.decimalValue(), min, max),
                        name,
                        "must be a whole number from " + min + " to " + max,
                        value::longValue))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    OptionalDouble decimal(String name, double min, double max) {
        return member(name)
                .flatMap(value -> expect(
                        value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max,
                        name,
                        "must be a number from " + min + " to " + max,
                        value::doubleValue))
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** A list of texts, each in a form that a parser settles. */
    <T> Optional<List<T>> list(String name, Function<String, T> parser) {
        return elements(name).map(elements -> {
            List<T> values = new ArrayList<>();
            for (int i = 0; i < elements.size(); i++) {
                String element = name + "[" + i + "]";
                JsonNode value = elements.get(i);
                expect(value.isTextual() && !value.textValue().isBlank(), element, "must be a string", value::textValue)
                        .flatMap(text -> filled(element, text))
                        .flatMap(text -> parse(element, text, parser))
                        .ifPresent(values::add);
            }
            return values;
        });
    }

    /** A list of whole numbers. */
    Optional<List<Integer>> integers(String name) {
        return elements(name).map(elements -> {
            List<Integer> values = new ArrayList<>();
            for (int i = 0; i < elements.size(); i++) {
                JsonNode value = elements.get(i);
                expect(value.isInt(), name + "[" + i + "]", "must be a whole number", value::intValue)
                        .ifPresent(values::add);
            }
            return values;
        });
    }

    Optional<FileObject> object(String name) {
        return member(name)
                .flatMap(value -> expect(
                        value.isObject(), name, "must be an object", () -> new FileObject(value, at(name), problems)));
    }

    List<FileObject> objects(String name) {
        List<FileObject> objects = new ArrayList<>();
        List<JsonNode> elements = elements(name).orElse(List.of());
        for (int i = 0; i < elements.size(); i++) {
            String element = name + "[" + i + "]";
            JsonNode value = elements.get(i);
            expect(value.isObject(), element, "must be an object", () -> new FileObject(value, at(element), problems))
                    .ifPresent(objects::add);
        }
        return objects;
    }

    /** Reports every member nobody asked for: a misspelt restriction must not be silently absent. */
    void reportUnknown() {
        node.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                problem(name, "is not a known member");
            }
        });
    }

    void problem(String name, String what) {
        problems.add(at(name), what);
    }

    private Optional<List<JsonNode>> elements(String name) {
        return member(name)
                .flatMap(value -> expect(value.isArray(), name, "must be a list", () -> {
                    List<JsonNode> elements = new ArrayList<>();
                    value.forEach(elements::add);
                    return elements;
                }));
    }

    private Optional<JsonNode> member(String name) {
        asked.add(name);
        return Optional.ofNullable(node.get(name));
    }

    private <T> Optional<T> expect(boolean right, String name, String what, Supplier<T> value) {
        if (!right) {
            problem(name, what);
            return Optional.empty();
        }
        return Optional.of(value.get());
    }

    private <T> Optional<T> parse(String name, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problem(name, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> filled(String name, String text) {
        return parse(name, text, template -> Placeholders.fill(template, problems::property));
    }

    private static boolean within(BigDecimal value, long min, long max) {
        return value.compareTo(BigDecimal.valueOf(min)) >= 0 && value.compareTo(BigDecimal.valueOf(max)) <= 0;
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
