package org.agentos.federation.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Something a document names: the text between two backticks, outside of code blocks. */
record Mention(Path document, int line, String text) {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern PATH = Pattern.compile("(?<![\\w./-])(?:docs|routes|config|src|data)/[\\w./-]*\\w");
    private static final List<String> ALONE = List.of(
            "README.md", "CONTRIBUTING.md", "routes/README.md", "routes/extensions/README.md", "data/README.md");

    /** Everything the project's documents name. */
    static List<Mention> inCode() {
        return documents().stream().flatMap(file -> read(file, CODE)).collect(Collectors.toList());
    }

    /** Every path in the documents' text, between backticks or not. */
    static List<Mention> ofPaths() {
        return documents().stream().flatMap(file -> read(file, PATH)).collect(Collectors.toList());
    }

    private static List<Path> documents() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(ALONE.stream().map(Path::of), docs.filter(file -> file.toString()
                            .endsWith(".md")))
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Mention> read(Path document, Pattern pattern) {
        List<Mention> found = new ArrayList<>();
        boolean block = false;
        List<String> lines = lines(document);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                block = !block;
            } else if (!block && !line.startsWith("    ")) {
                Matcher matcher = pattern.matcher(line);
                while (matcher.find()) {
                    found.add(new Mention(document, i + 1, matcher.group(matcher.groupCount())));
                }
            }
        }
        return found.stream();
    }

    private static List<String> lines(Path document) {
        try {
            return Files.readAllLines(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return document + ":" + line + " " + text;
    }
}
