package org.agentos.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.LoggedMessages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Route files of integrators, loaded by a gateway whose home is a copy of this one's. */
class ExtensionRoutesTest {
    private static final Path SAMPLE = Path.of("routes/extensions/samples/log-failed-runs.yaml");

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void copyHome() {
        copy(Path.of("routes"));
        copy(Path.of("config"));
    }

    @Test
    void shouldNotLoadSamples() {
        // When
        try (Gateway gateway = Gateway.start(settings())) {
            // Then
            assertThat(get(gateway, "/ext/failed-runs").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void shouldServeASampleThatWasCopied() throws IOException {
        // Given
        Files.copy(SAMPLE, home.resolve("routes/extensions/log-failed-runs.yaml"));
        write(
                "data/federation/forward-index.json",
                "[" + entry("run_1", "failed") + "," + entry("run_2", "queued") + "]");

        try (Gateway gateway = Gateway.start(settings());
                LoggedMessages logged = LoggedMessages.of("federation.ext.failed-runs")) {
            // When
            HttpResponse<String> page = get(gateway, "/ext/failed-runs");

            // Then
            assertThat(page.body()).contains("run_1", "run_2");
            assertThat(logged.messages()).containsExactly("run failed run_id=run_1 holder=stk_gone");
        }
    }

    @Test
    void shouldRefuseInASampleAsEverywhere() throws IOException {
        // Given
        Files.copy(SAMPLE, home.resolve("routes/extensions/log-failed-runs.yaml"));

        try (Gateway gateway = Gateway.start(settings())) {
            // When
            HttpResponse<String> refused = get(gateway, "/ext/failed-runs?limit=none");

            // Then
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("\"code\":\"invalid_request\"");
        }
    }

    @Test
    void shouldLoadAnExtensionOfTheFewestWords() throws IOException {
        // Given
        write(
                "routes/extensions/shortest.yaml",
                "- from:\n    uri: platform-http:/ext/hello\n    steps:\n      - setBody:\n          constant: hello\n");
        write(
                "routes/extensions/nameless.yaml",
                "- route:\n    from:\n      uri: direct:nameless\n      steps:\n        - to: log:here\n");

        // When
        try (Gateway gateway = Gateway.start(settings())) {
            // Then
            assertThat(get(gateway, "/ext/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void shouldNameTheFileOfItsOwnWhoseRouteHasNoId() throws IOException {
        // Given
        write(
                "routes/api/nameless.yaml",
                "- route:\n    from:\n      uri: direct:nameless\n      steps:\n        - log: here\n");

        // When
        List<String> problems = problems();

        // Then
        assertThat(problems).singleElement().asString().endsWith("nameless.yaml has a route without an id");
    }

    @Test
    void shouldNameTheFileThatIsEmpty() throws IOException {
        // Given
        write("routes/extensions/empty.yaml", "# nothing yet\n");

        // When
        List<String> problems = problems();

        // Then
        assertThat(problems).singleElement().asString().endsWith("empty.yaml is not a file of routes: it is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process: {ref: nobody}                   | route ext-crm of  | nobody",
                "to: {uri: \"log:crm?showAl=true\"}    | route ext-crm of  | showAl",
                "to: {uri: \"event-log:crm?maxInFlight=x\"} | route ext-crm of  | maxInFlight is 'x'",
                "to: \"{{ext.crm.url}}\"                    | route ext-crm of  | ext.crm.url",
                "setBdoy: {constant: x}                   |                   | setBdoy"
            })
    void shouldNameTheRouteAndTheFileThatDoNotStart(String step, String route, String mistake) throws IOException {
        // Given
        write(
                "routes/extensions/crm.yaml",
                "- route:\n    id: ext-crm\n    from:\n      uri: direct:ext-crm\n      steps:\n        - " + step
                        + "\n");

        // When
        List<String> problems = problems();

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .contains(
                        route == null ? "" : route,
                        home.resolve("routes/extensions/crm.yaml").toString(),
                        mistake);
    }

    private List<String> problems() {
        return catchThrowableOfType(StartupException.class, () -> Gateway.start(settings()))
                .problems();
    }

    private void write(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String entry(String runId, String state) {
        return "{\"tenant_id\":\"tnt_demo\",\"run_id\":\"" + runId + "\",\"remote_stack_id\":\"stk_gone\","
                + "\"remote_events_url\":\"http://127.0.0.1:1/v1/runs/1/events\",\"state\":\"" + state + "\"}";
    }

    private Settings settings() {
        return SettingsLoader.load(home, Map.of("AGENTOS_FED_HTTP_PORT", Integer.toString(FreePort.find())));
    }

    private HttpResponse<String> get(Gateway gateway, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(gateway.address() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void copy(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, home.resolve(file.toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
