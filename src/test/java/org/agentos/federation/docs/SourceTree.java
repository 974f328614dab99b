package org.agentos.federation.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.routes.RouteOutline;
import org.agentos.federation.settings.Key;
import org.agentos.federation.settings.Keys;

/** What there is for documents to name. */
final class SourceTree {
    private static final Path OPENAPI = Path.of("src/main/resources/openapi/federation-gateway.json");

    private static final Pattern NO_WORD = Pattern.compile("\\W+");

    private final List<String> sources = texts(Path.of("src/main/java"), ".java");
    private final Set<String> words = words();

    Set<String> variables() {
        return settings(Key::variable);
    }

    Set<String> properties() {
        Set<String> properties = settings(Key::property);
        properties.addAll(
                Set.of("federation.home", "federation.forward.index-directory")); // SettingsLoader derives these
        return properties;
    }

    Set<String> endpoints() {
        try {
            JsonNode paths = new ObjectMapper().readTree(OPENAPI.toFile()).get("paths");
            Set<String> endpoints = new TreeSet<>();
            paths.fieldNames().forEachRemaining(endpoints::add);
            return endpoints;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> routeIds() {
        return routes().map(RouteOutline::id).collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> classes() {
        return files(Path.of("src"), ".java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a package or class of this project has the name. */
    boolean hasPackageOrClass(String name) {
        Path path = Path.of("src/main/java", name.split("\\."));
        return Files.isDirectory(path) || Files.exists(Path.of(path + ".java"));
    }

    /** Whether a test class has the method, both parts of {@code Class.method}. */
    boolean hasTest(String name) {
        int dot = name.indexOf('.');
        String file = "/" + name.substring(0, dot) + ".java";
        String method = "void " + name.substring(dot + 1) + "(";
        return files(Path.of("src/test/java"), file).stream()
                .anyMatch(found -> text(found).contains(method));
    }

    /** Whether a source file makes a meter of the name, in one literal or as a prefix and a rest. */
    boolean hasMetric(String name) {
        String base = name.replaceAll("_(seconds|total)$", "");
        return sources.stream().anyMatch(source -> source.contains(literal(base)) || hasSplit(source, base));
    }

    /** Whether code, routes, config, build or API description use the word, as it is, as a constant or as what is set. */
    boolean hasWord(String word) {
        String constant = word.toUpperCase(Locale.ROOT);
        return words.contains(word)
                || words.contains(constant)
                || words.contains("set" + constant.charAt(0) + word.substring(1));
    }

    /** Whether a source file holds the words, as part of a message say. */
    boolean says(String text) {
        return sources.stream().anyMatch(source -> source.contains(text));
    }

    private Set<String> words() {
        Stream<String> texts = Stream.of(
                        sources.stream(),
                        texts(Path.of("routes"), ".yaml").stream(),
                        texts(Path.of("config"), ".json").stream(),
                        Stream.of(text(OPENAPI), text(Path.of("pom.xml"))))
                .flatMap(Function.identity());
        return texts.flatMap(NO_WORD::splitAsStream).collect(Collectors.toSet());
    }

    private static boolean hasSplit(String source, String name) {
        for (int i = name.indexOf('_'); i > 0; i = name.indexOf('_', i + 1)) {
            if (source.contains(literal(name.substring(0, i + 1))) && source.contains(literal(name.substring(i + 1)))) {
                return true;
            }
        }
        return false;
    }

    private static String literal(String text) {
        return '"' + text + '"';
    }

    private static Set<String> settings(Function<Key<?>, String> name) {
        return Keys.all().stream().map(name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<RouteOutline> routes() {
        try {
            return RouteFile.readAll(Path.of("routes")).stream().flatMap(file -> file.routes().stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(Path folder, String suffix) {
        return files(folder, suffix).stream().map(SourceTree::text).collect(Collectors.toList());
    }

    private static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
