package org.agentos.federation.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the documents name is there: files, settings, endpoints, metrics, routes, classes and words of the wire. */
class DocsTest {
    /** Paths that come into being by building or running. */
    private static final Set<String> MADE = Set.of("data/federation", "data/audit/federation.audit.log");

    /** Paths of the run API behind a peer, of the sample peer and of the sample extension. */
    private static final List<String> ELSEWHERE = List.of("/v1/agents/", "/v1/runs/", "/demo", "/ext/");

    /** Classes and headers of Camel, RocksDB, browsers and Java. */
    private static final Set<String> FOREIGN = Set.of(
            "EventSource",
            "WriteBatch",
            "PointInTimeRecovery",
            "CamelHttpResponseCode",
            "CamelHttpUri",
            "CamelFileName",
            "InputStream",
            "RateLimit");

    private static final Pattern METRIC = Pattern.compile("\\bagentos_[a-z_]+");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(#([^)]+)\\)");

    private final SourceTree tree = new SourceTree();
    private final List<Mention> named = Mention.inCode();

    @Test
    void shouldNameOnlyFilesThatExist() {
        assertThat(Mention.ofPaths())
                .isNotEmpty()
                .filteredOn(mention -> !MADE.contains(mention.text()))
                .allSatisfy(mention ->
                        assertThat(Path.of(mention.text())).as("%s", mention).exists());
    }

    @Test
    void shouldNameOnlyVariablesThatExist() {
        assertAll(
                "[A-Z]+(_[A-Z]+)+(=.*)?",
                mention -> !mention.text().startsWith("AGENTOS_")
                        || tree.variables().contains(mention.text().replaceAll("=.*", "")));
    }

    @Test
    void shouldNameOnlyPropertiesThatExist() {
        assertAll("\\{?\\{?federation\\.[a-z.-]+(=.*)?}?}?", mention -> tree.properties()
                .contains(mention.text().replaceAll("=.*|[{}]", "")));
    }

    @Test
    void shouldNameOnlyEndpointsThatExist() {
        assertAll("((GET|POST) )?/(v1|metrics|demo|ext).*", mention -> {
            String path = mention.text().replaceAll("^[A-Z]+ |\\?.*$", "");
            return ELSEWHERE.stream().anyMatch(path::startsWith)
                    || tree.endpoints().contains(path);
        });
    }

    @Test
    void shouldNameOnlyMetricsThatExist() {
        assertAll(
                ".*\\bagentos_[a-z_]+.*",
                mention -> METRIC.matcher(mention.text()).results().allMatch(name -> tree.hasMetric(name.group())));
    }

    @Test
    void shouldQuoteOnlyLogLinesThatExist() throws IOException {
        // Given
        String operations = Files.readString(Path.of("docs/operations.md"));
        String logs = operations.substring(operations.indexOf("\n## Logs"), operations.indexOf("\n## Java"));

        // When
        List<String> quoted = logs.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(row -> QUOTED.matcher(row.split("\\|", -1)[1]).results())
                .map(quote -> quote.group(1))
                .toList();

        // Then
        assertThat(quoted)
                .hasSizeGreaterThan(30)
                .allSatisfy(line -> assertThat(tree.says(line)).as(line).isTrue());
    }

    @Test
    void shouldLinkOnlyToHeadingsThatExist() throws IOException {
        for (Path document : List.of(Path.of("docs/operations.md"), Path.of("docs/configuration.md"))) {
            // Given
            String text = Files.readString(document);
            Set<String> anchors = text.lines()
                    .filter(line -> line.startsWith("#"))
                    .map(DocsTest::anchor)
                    .collect(Collectors.toSet());

            // When
            List<MatchResult> links = LINK.matcher(text).results().toList();

            // Then
            assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(anchors)
                    .as(document + " " + link.group())
                    .contains(link.group(1)));
        }
    }

    /** As those who show Markdown name a heading. */
    private static String anchor(String heading) {
        return heading.replaceAll("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
    }

    @Test
    void shouldNameOnlyRoutesThatExist() {
        assertAll("direct:[a-z-]+", mention -> tree.routeIds()
                .contains(mention.text().substring("direct:".length())));
    }

    @Test
    void shouldNameOnlyClassesThatExist() {
        assertAll(
                "[A-Z][a-z]+([A-Z][a-z]+)+",
                mention -> FOREIGN.contains(mention.text())
                        || tree.classes().contains(mention.text())
                        || (mention.text().startsWith("Agentos") && tree.hasWord(mention.text()))); // headers
        assertAll("org\\.agentos\\.federation[\\w.]*", mention -> tree.hasPackageOrClass(mention.text()));
    }

    @Test
    void shouldNameOnlyTestsThatExist() {
        assertAll("[A-Z]\\w+(Test|IT)\\.should\\w+", mention -> tree.hasTest(mention.text()));
    }

    @Test
    void shouldNameOnlyBeansAndMembersThatExist() {
        assertAll("[a-z]+([A-Z][a-z]+)+", mention -> tree.hasWord(mention.text()));
        assertAll("(?!agentos_)[a-z]+(_[a-z]+)+", mention -> tree.hasWord(mention.text()));
    }

    private void assertAll(String form, Predicate<Mention> exists) {
        List<Mention> ofForm =
                named.stream().filter(mention -> mention.text().matches(form)).collect(Collectors.toList());
        assertThat(ofForm).isNotEmpty();
        assertThat(ofForm.stream().filter(exists.negate())).isEmpty();
    }
}
