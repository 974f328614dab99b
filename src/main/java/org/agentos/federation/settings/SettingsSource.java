package org.agentos.federation.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The text an operator wrote for each key, from the environment or the property files, and what is wrong with it. A
 * value that does not parse is reported and stands at its default from there on, so that all problems are found in one go.
 */
final class SettingsSource {
    private final Map<String, String> environment;
    private final Path home;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();

    SettingsSource(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /** Lays the properties of a file over those read before. */
    void addFile(Path file) {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
            read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        } catch (IOException | IllegalArgumentException e) {
            problems.add("cannot read " + file + ": " + e.getMessage());
        }
    }

    /** The value, or the default where none is set or the one set is unfit. */
    <T> T value(Key<T> key) {
        return optional(key).orElseGet(() -> key.type().parser().apply(key.defaultText()));
    }

    /** The value of a key that may be off. */
    <T> Optional<T> optional(Key<T> key) {
        return text(key).flatMap(text -> parse(key, text));
    }

    /** A path, absolute; relative ones start at the application's home. */
    Path path(Key<String> key) {
        return home.resolve(value(key)).normalize();
    }

    /** A file that must be there and readable when its key is set. */
    Optional<Path> file(Key<String> key) {
        Optional<Path> file = optional(key).map(text -> home.resolve(text).normalize());
        file.filter(path -> !Files.isRegularFile(path) || !Files.isReadable(path))
                .ifPresent(path -> problem(key, "names " + path + ", which is not a readable file"));
        return file;
    }

    /** Whether somebody chose the value, rather than leaving the one the gateway ships with. */
    boolean chosen(Key<?> key) {
        return text(key).filter(text -> !text.equals(key.defaultText())).isPresent()
                || !environment.getOrDefault(key.variable(), "").isBlank();
    }

    void problem(Key<?> key, String what) {
        boolean fromEnvironment = !environment.getOrDefault(key.variable(), "").isBlank();
        problems.add((fromEnvironment ? key.variable() : key.variable() + " (" + key.property() + ")") + " " + what);
    }

    void problem(String what) {
        problems.add(what);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Everything read from files, unknown names included. */
    Map<String, String> properties() {
        return properties;
    }

    /** The text that stands for a key after environment and default. */
    Optional<String> text(Key<?> key) {
        String text = environment.getOrDefault(key.variable(), "").strip();
        if (text.isEmpty()) {
            text = properties.getOrDefault(key.property(), key.defaultText()).strip();
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private <T> Optional<T> parse(Key<T> key, String text) {
        try {
            return Optional.of(key.type().parser().apply(text));
        } catch (IllegalArgumentException e) {
            problem(key, "must be " + key.typeName() + ", is \"" + text + "\"");
            return Optional.empty();
        }
    }
}
