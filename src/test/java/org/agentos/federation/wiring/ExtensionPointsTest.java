package org.agentos.federation.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.component.EventLogEndpoint;
import org.agentos.federation.component.EventLogHeaders;
import org.agentos.federation.component.EventNotAcceptedException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.routes.RouteOutline;
import org.agentos.federation.routes.RouteTemplate;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What routes of integrators may rely on, in three places that have to agree: docs/extending-routes.md, the code, and the list
 * extension-points.txt, which is kept by hand. Who takes a line out of the list or changes one breaks somebody's routes, and
 * says so in CHANGELOG.md; new lines may come at any time.
 */
class ExtensionPointsTest {
    private static final Path LIST = Path.of("src/test/resources/extension-points.txt");
    private static final Path ROUTES = Path.of("routes");
    private static final Path CATALOG =
            Path.of("src/generated/resources/META-INF/org/agentos/federation/component/event-log.json");
    private static final String EXTENSION = "org.agentos.federation.extension.";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Map<String, Class<?>> PROPERTIES =
            Map.of("request", InboundRequest.class, "caller", Caller.class);

    private final String document = text(Path.of("docs/extending-routes.md")).replaceAll("(?s)\n```\n.*?\n```\n", "\n");
    private final Set<String> found = new TreeSet<>();

    @Test
    void shouldOfferExactlyWhatTheListSays(@TempDir Path data) throws Exception {
        // When
        addRoutes();
        addBeans(WiredBeans.of(data));
        addProperties();
        addComponent();
        addClasses();
        addTemplates();
        addKamelets();

        // Then
        assertThat(found).containsExactlyElementsOf(listed());
    }

    @Test
    void shouldNameEveryLineOfTheListInTheDocument() throws IOException {
        String words = CODE.matcher(document)
                .results()
                .map(code -> " " + code.group(1) + " ")
                .collect(Collectors.joining());

        assertThat(listed()).isNotEmpty().allSatisfy(line -> {
            String[] parts = line.split(" ", -1);
            assertThat(Pattern.compile("\\W" + Pattern.quote(parts[1]) + "\\W")
                            .matcher(words)
                            .find())
                    .as(line)
                    .isTrue();
        });
    }

    private static List<String> listed() throws IOException {
        return Files.readAllLines(LIST).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    /** The routes and error policies that the document names, as far as they exist. */
    private void addRoutes() throws IOException {
        List<RouteOutline> outlines = RouteFile.readAll(ROUTES, "extensions").stream()
                .flatMap(file -> file.outlines().stream())
                .toList();
        Set<String> directs = ids(outlines, RouteOutline::isRoute);
        Set<String> policies = ids(outlines, outline -> !outline.isRoute());
        names(rows("## What is stable"), "direct:([a-z-]+)")
                .filter(directs::contains)
                .forEach(id -> add("direct", id));
        names(items("## Error policies"), "([a-z-]+)")
                .filter(policies::contains)
                .forEach(id -> add("policy", id));
    }

    private static Set<String> ids(List<RouteOutline> outlines, Predicate<RouteOutline> wanted) {
        return outlines.stream().filter(wanted).map(RouteOutline::id).collect(Collectors.toSet());
    }

    private void addBeans(Map<String, Object> beans) {
        names(rows("## What is stable"), "([a-z]+[A-Z][A-Za-z]+)")
                .filter(beans::containsKey)
                .forEach(name -> add("bean", name, beans.get(name) instanceof Processor ? "step" : "no step"));
    }

    /** The members that the document names of what stands in exchange properties. */
    private void addProperties() {
        for (String row : section("## What is stable").lines().toList()) {
            PROPERTIES.forEach((property, type) -> {
                if (row.startsWith("| `" + property + "` |")) {
                    names(Stream.of(row), "([a-zA-Z]+)")
                            .filter(member -> !member.equals(property) && hasMethod(type, member))
                            .forEach(member -> add("property", property, member + ":" + returned(type, member)));
                }
            });
        }
    }

    private void addComponent() throws Exception {
        add("property", EventLogEndpoint.DEAD_LETTER, "Boolean");
        JsonNode options = new ObjectMapper().readTree(CATALOG.toFile()).get("properties");
        options.properties().forEach(option -> {
            JsonNode about = option.getValue();
            if (!about.get("group").asText().endsWith("(advanced)")) {
                add(
                        "option",
                        option.getKey(),
                        about.get("kind").asText() + ":" + about.get("group").asText(),
                        about.get("javaType").asText(),
                        about.path("defaultValue").asText("-"));
            }
        });
        for (var constant : EventLogHeaders.class.getFields()) {
            add("header", (String) constant.get(null), constant.getName());
        }
        add(
                "exception",
                EventNotAcceptedException.class.getSimpleName(),
                "extends",
                simple(EventNotAcceptedException.class.getSuperclass()));
        methods(EventNotAcceptedException.class)
                .forEach(signature -> add("exception", EventNotAcceptedException.class.getSimpleName(), signature));
    }

    /** Every public class of the package, with what can be set of it, if it is no exception. */
    private void addClasses() throws Exception {
        Path folder = Path.of("src/main/java", EXTENSION.split("\\."));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                if (!name.equals("package-info")) {
                    Class<?> type = Class.forName(EXTENSION + name);
                    if (!Modifier.isPublic(type.getModifiers())) {
                        continue;
                    }
                    if (Exception.class.isAssignableFrom(type)) {
                        add("exception", name, "extends", simple(type.getSuperclass()));
                    } else {
                        add("class", name, Processor.class.isAssignableFrom(type) ? "step" : "no step");
                        assertThat(type.getConstructor()).as(name).isNotNull();
                        methods(type)
                                .filter(method -> !method.startsWith("process("))
                                .forEach(method -> add("class", name, method));
                    }
                }
            }
        }
    }

    private void addTemplates() throws IOException {
        RouteFile.readAll(ROUTES, "extensions").stream()
                .flatMap(file -> file.templates().stream())
                .forEach(this::addTemplate);
    }

    private void addTemplate(RouteTemplate template) {
        template.parameters()
                .forEach(
                        (name, value) -> add("template", template.id(), name, shown(value, template.required(), name)));
    }

    private void addKamelets() throws IOException {
        try (Stream<Path> files = Files.list(ROUTES.resolve("kamelets"))) {
            for (Path file : files.sorted().toList()) {
                Map<?, ?> kamelet = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text(file));
                Map<?, ?> definition = (Map<?, ?>) ((Map<?, ?>) kamelet.get("spec")).get("definition");
                Set<String> required = definition.get("required") instanceof List<?> names
                        ? names.stream().map(String::valueOf).collect(Collectors.toSet())
                        : Set.of();
                ((Map<?, ?>) definition.get("properties")).forEach((name, about) -> {
                    Object value = ((Map<?, ?>) about).get("default");
                    add(
                            "kamelet",
                            (String) ((Map<?, ?>) kamelet.get("metadata")).get("name"),
                            name + ":" + ((Map<?, ?>) about).get("type"),
                            shown(value == null ? null : String.valueOf(value), required, String.valueOf(name)));
                });
            }
        }
    }

    private static String shown(String value, Set<String> required, String name) {
        return required.contains(name) ? "required" : value == null ? "-" : value;
    }

    private void add(String... words) {
        found.add(String.join(" ", words));
    }

    private static boolean hasMethod(Class<?> type, String name) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> isGetter(method, name));
    }

    private static String returned(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .filter(method -> isGetter(method, name))
                .map(method -> simple(method.getReturnType()))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isGetter(Method method, String name) {
        return method.getName().equals(name) && method.getParameterCount() == 0;
    }

    private static Stream<String> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(method -> method.getName()
                        + Arrays.stream(method.getParameterTypes())
                                .map(ExtensionPointsTest::simple)
                                .collect(Collectors.joining(",", "(", ")"))
                        + ":" + simple(method.getReturnType()));
    }

    private static String simple(Class<?> type) {
        return type.getSimpleName();
    }

    // The document

    private String section(String heading) {
        int start = document.indexOf("\n" + heading + "\n");
        assertThat(start).as(heading).isNotNegative();
        int end = document.indexOf("\n## ", start + 1);
        return document.substring(start, end < 0 ? document.length() : end);
    }

    /** The first cells of a section's tables. */
    private Stream<String> rows(String heading) {
        return section(heading).lines().filter(line -> line.startsWith("| `")).map(line -> line.split(" \\| ", -1)[0]);
    }

    /** What the items of a section's lists begin with. */
    private Stream<String> items(String heading) {
        return section(heading).lines().filter(line -> line.startsWith("- `")).map(line -> line.split(":", -1)[0]);
    }

    /** What stands as code in texts, where it has a form. */
    private static Stream<String> names(Stream<String> texts, String form) {
        Pattern whole = Pattern.compile(form);
        List<String> names = new ArrayList<>();
        texts.flatMap(text -> CODE.matcher(text).results())
                .map(code -> whole.matcher(code.group(1)))
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .forEach(names::add);
        return names.stream();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
