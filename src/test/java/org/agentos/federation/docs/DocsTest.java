package org.agentos.federation.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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
                "agentos_[a-z_]+(\\{.*})?",
                mention -> tree.hasMetric(mention.text().replaceAll("\\{.*", "")));
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
