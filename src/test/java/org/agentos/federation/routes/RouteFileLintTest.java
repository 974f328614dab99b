package org.agentos.federation.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFileLintTest {
    private static final Path ROUTES = Path.of("routes");
    private static final Set<String> COMPONENTS =
            Set.of("direct", "platform-http", "event-log", "log", "file", "http", "sql", "kafka", "kamelet");

    @TempDir
    Path extensions;

    @Test
    void shouldFindNothingInTheSamples() throws IOException {
        assertThat(findings(ROUTES.resolve("extensions/samples"))).isEmpty();
    }

    @Test
    void shouldNameWhatWouldFail() throws IOException {
        // Given
        Files.writeString(extensions.resolve("a.yaml"), """
                - route:
                    id: forward-run
                    description: d
                    routeConfigurationId: no-such-policy
                    from:
                      uri: event-log:crm
                      steps:
                        - to: {uri: "nowhere:x?y=1"}
                        - to: {uri: direct:nobody}
                - route:
                    description: d
                    from:
                      uri: event-log:crm
                      steps: []
                - route:
                    id: ext-half
                    description: d
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        "error a.yaml: route forward-run has the id of another route",
                        "error a.yaml: route forward-run names the error policy no-such-policy, which no file has",
                        "error a.yaml: route forward-run uses nowhere, a component that is neither in lib nor in lib/ext;"
                                + " camel-nowhere has it as a rule, of the version of lib/camel-api",
                        "error a.yaml: route forward-run sends to direct:nobody, where no route begins",
                        "warning a.yaml: a route has no id, so logs and metrics cannot name it",
                        "error a.yaml: a route without an id consumes from event-log:crm, as another route does",
                        "error a.yaml: route ext-half takes from nowhere");
    }

    @Test
    void shouldWarnOfWhatIsSeldomMeant() throws IOException {
        // Given
        Files.writeString(extensions.resolve("b.yaml"), """
                - route:
                    id: ext-open
                    from:
                      uri: platform-http:/v1/federation/mine
                      steps:
                        - to: {uri: "{{ext.target}}"}
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        "warning b.yaml: route ext-open has no description",
                        "warning b.yaml: route ext-open serves /v1/federation/mine to everybody: it has no admit step",
                        "warning b.yaml: route ext-open serves /v1/federation/mine, which the gateway may need itself;"
                                + " take one below /ext/",
                        "warning b.yaml: route ext-open names no error policy; refuse-clearly gives its callers the"
                                + " usual errors");
    }

    @Test
    void shouldLookAtRoutesMadeOfTemplates() throws IOException {
        // Given
        Files.writeString(extensions.resolve("c.yaml"), """
                - templatedRoute:
                    routeTemplateRef: subscribe-and-sned
                    routeId: ext-misspelt
                - templatedRoute:
                    routeTemplateRef: subscribe-and-send
                    parameters:
                      - {name: subscription, value: crm}
                      - {name: tpyes, value: "*"}
                - templatedRoute:
                    routeTemplateRef: subscribe-and-send
                    routeId: ext-second
                    parameters:
                      - {name: subscription, value: crm}
                      - {name: to, value: "nowhere:x"}
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        "error c.yaml: route ext-misspelt is made of the template subscribe-and-sned, which no file has",
                        "error c.yaml: a templated route without an id gives the template subscribe-and-send no to",
                        "error c.yaml: a templated route without an id gives the template subscribe-and-send tpyes, a"
                                + " parameter it does not have",
                        "warning c.yaml: a route has no id, so logs and metrics cannot name it",
                        "error c.yaml: route ext-second uses nowhere, a component that is neither in lib nor in lib/ext;"
                                + " camel-nowhere has it as a rule, of the version of lib/camel-api",
                        "error c.yaml: route ext-second consumes from event-log:crm, as another route does");
    }

    @Test
    void shouldNameClassesAndBeansThatAreNotThere() throws IOException {
        // Given
        Files.writeString(extensions.resolve("d.yaml"), """
                - beans:
                    - name: signExt
                      type: org.agentos.federation.extension.SignWebhok
                    - name: maskExt
                      type: "#class:org.agentos.federation.extension.MaskPayload"
                - routeConfiguration:
                    id: ext-policy
                    onException:
                      - onException:
                          exception: [java.io.IOException, java.lang.NoSuchThing]
                - route:
                    id: ext-names
                    description: d
                    from:
                      uri: direct:ext-names
                      steps:
                        - process: {ref: maskExt}
                        - process: {ref: admitRunReader}
                        - process: {ref: nobody}
                        - bean: {beanType: com.example.None}
                        - to:
                            uri: "sql:x"
                            parameters: {dataSource: "#bean:extPool", other: "#class:com.example.Two('x')"}
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        missing("org.agentos.federation.extension.SignWebhok"),
                        missing("java.lang.NoSuchThing"),
                        missing("com.example.None"),
                        missing("com.example.Two"),
                        "warning d.yaml: route ext-names names the bean nobody, which no file declares and the gateway"
                                + " does not have",
                        "warning d.yaml: route ext-names names the bean extPool, which no file declares and the gateway"
                                + " does not have");
    }

    @Test
    void shouldNameKameletsThatAreNotThere() throws IOException {
        // Given
        Files.writeString(extensions.resolve("e.yaml"), """
                - route:
                    id: ext-kamelets
                    description: d
                    from:
                      uri: kamelet:agentos-event-source/one?subscription=crm
                      steps:
                        - to: "kamelet:agentos-event-snik?tenantId=tnt_a"
                        - to: {uri: kamelet:subscribe-and-send}
                        - to: "kamelet:{{ext.kamelet}}"
                        - to: kamelet:../templates/x
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        "error e.yaml: route ext-kamelets uses kamelet:agentos-event-snik, a Kamelet that has no file in"
                                + " routes/kamelets",
                        "error e.yaml: route ext-kamelets uses kamelet:../templates/x, a Kamelet that has no file in"
                                + " routes/kamelets");
    }

    @Test
    void shouldKnowEndpointsInEveryFormThatCamelTakes() throws IOException {
        // Given
        Files.writeString(extensions.resolve("g.yaml"), """
                - route:
                    id: ext-forms
                    description: d
                    from:
                      uri: event-log://crm?types=x
                      steps:
                        - to: direct://ext-target
                        - to: "direct:{{ext.target}}"
                        - to: "{{ext.sink}}"
                        - toD: {uri: "direct:${header.target}"}
                        - toD: {uri: "${header.target}"}
                - route:
                    id: ext-target
                    description: d
                    from:
                      uri: direct:ext-target?timeout=1000
                      steps: []
                - route:
                    id: ext-second
                    description: d
                    from:
                      uri: event-log:crm
                      steps: []
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly("error g.yaml: route ext-second consumes from event-log:crm, as another route does");
    }

    @Test
    void shouldLookAtErrorPoliciesAndAtIdsThatAreTaken() throws IOException {
        // Given
        Files.writeString(extensions.resolve("f.yaml"), """
                - routeConfiguration:
                    id: refuse-clearly
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          steps:
                            - to: direct:nobody
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                - routeTemplate:
                    id: subscribe-and-send
                    from:
                      uri: direct:x
                """);

        // When
        List<String> found = findings(extensions);

        // Then
        assertThat(found)
                .containsExactly(
                        "error f.yaml: error policy refuse-clearly has the id of another",
                        "error f.yaml: error policy refuse-clearly sends to direct:nobody, where no route begins",
                        "warning f.yaml: an error policy has no id: it holds for every route that names none, of other"
                                + " files too",
                        "error f.yaml: template subscribe-and-send has the id of another");
    }

    private static String missing(String type) {
        return "error d.yaml: names the class " + type + ", which is neither in lib nor in lib/ext";
    }

    /** What the samples for databases name is in the profile sinks only. */
    private static boolean isClass(String name) {
        return name.matches("(com\\.zaxxer|org\\.springframework|org\\.apache\\.camel\\.spring)\\..*")
                || Components.isClass(name);
    }

    private static List<String> findings(Path folder) throws IOException {
        return new RouteLint(
                        RouteFile.readAll(ROUTES, "extensions"),
                        RouteFile.readAll(folder),
                        new Surroundings(
                                COMPONENTS::contains,
                                RouteFileLintTest::isClass,
                                Surroundings.of(ROUTES).isKamelet()))
                .findings().stream().map(RouteLint.Finding::toString).toList();
    }
}
