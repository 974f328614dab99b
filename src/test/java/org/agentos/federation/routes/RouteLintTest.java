package org.agentos.federation.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.settings.Key;
import org.agentos.federation.settings.Keys;
import org.junit.jupiter.api.Test;

/** The rules every route file keeps, so that the folder can be read like a table of contents. */
class RouteLintTest {
    private static final Path ROUTES = Path.of("routes");

    private final List<RouteFile> files = read();

    @Test
    void shouldGiveEveryRouteAVerbLedKebabCaseId() {
        assertThat(routes()).allSatisfy(route -> assertThat(route.id()).matches("[a-z]+(-[a-z]+)+"));
        assertThat(routes()).extracting(RouteOutline::id).doesNotHaveDuplicates();
    }

    @Test
    void shouldDescribeEveryRouteInOneLine() {
        assertThat(routes()).allSatisfy(route -> assertThat(route.description())
                .as("description of %s", route.id())
                .isNotNull()
                .matches("[A-Z][^\\n]{10,110}[^.]"));
    }

    @Test
    void shouldCallDirectEndpointsAsTheirRoutes() {
        assertThat(routes())
                .filteredOn(route -> route.from().startsWith("direct:"))
                .allSatisfy(route -> assertThat(route.from()).isEqualTo("direct:" + route.id()));
    }

    @Test
    void shouldNameAnExistingErrorPolicyInEveryRoute() {
        Set<String> policies = outlines()
                .filter(outline -> !outline.isRoute())
                .map(RouteOutline::id)
                .collect(Collectors.toSet());

        assertThat(routes())
                .allSatisfy(route ->
                        assertThat(policies).as("policy of %s", route.id()).contains(route.policy()));
        assertThat(routes()).extracting(RouteOutline::policy).containsAll(policies);
    }

    @Test
    void shouldSendOnlyToRoutesThatExist() {
        Set<String> ids = routes().stream().map(RouteOutline::id).collect(Collectors.toSet());

        assertThat(routes()).allSatisfy(route -> assertThat(route.targets())
                .filteredOn(target -> target.startsWith("direct:"))
                .allSatisfy(target -> assertThat(ids).contains(target.substring("direct:".length()))));
    }

    @Test
    void shouldUseOnlySettingsThatExist() {
        Set<String> properties = Keys.all().stream().map(Key::property).collect(Collectors.toSet());
        properties.addAll(
                Set.of("federation.home", "federation.forward.index-directory")); // SettingsLoader derives these

        assertThat(outlines()).allSatisfy(outline -> assertThat(properties).containsAll(outline.placeholders()));
    }

    @Test
    void shouldKeepOnePurposeAFile() throws IOException {
        for (RouteFile file : files) {
            assertThat(Files.readAllLines(file.path())).as("%s", file.path()).hasSizeLessThanOrEqualTo(110);
            assertThat(Files.readString(file.path())).as("%s", file.path()).startsWith("# ");
        }
    }

    @Test
    void shouldPrintTheTopologyInTheReadme() throws IOException {
        assertThat(Files.readString(ROUTES.resolve("README.md"))).contains(Topology.print(ROUTES, files));
    }

    private List<RouteOutline> routes() {
        return outlines().filter(RouteOutline::isRoute).collect(Collectors.toList());
    }

    private Stream<RouteOutline> outlines() {
        return files.stream().flatMap(file -> file.outlines().stream());
    }

    private static List<RouteFile> read() {
        try {
            return RouteFile.readAll(ROUTES, "extensions"); // an integrator's own files keep an integrator's own rules
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
