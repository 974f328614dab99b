package org.agentos.federation.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reliability.md: each promise names tests that exist, and each drill of the tree is described. */
class PromisesTest {
    private static final Path DOCUMENT = Path.of("docs/reliability.md");
    private static final Path DRILLS = Path.of("src/test/java/org/agentos/federation/drills");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))`");
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\|");

    @Test
    void shouldNameATestThatExistsForEachPromise() throws IOException {
        // Given
        Set<String> tests = tests(Path.of("src"));

        // When
        List<Matcher> promises = promises();

        // Then
        assertThat(promises).hasSizeGreaterThan(20);
        assertThat(promises).allSatisfy(promise -> assertThat(named(promise.group(2)))
                .as(promise.group(1))
                .isNotEmpty()
                .isSubsetOf(tests));
    }

    @Test
    void shouldDescribeEveryDrill() throws IOException {
        assertThat(named(Files.readString(DOCUMENT))).containsAll(tests(DRILLS));
    }

    private static List<Matcher> promises() throws IOException {
        String text = Files.readString(DOCUMENT);
        return text.substring(text.indexOf("## Promises"))
                .lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .filter(row -> !row.group(1).equals("promise"))
                .toList();
    }

    private static List<String> named(String text) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAMED.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> tests(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\w+(Test|IT)\\.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
