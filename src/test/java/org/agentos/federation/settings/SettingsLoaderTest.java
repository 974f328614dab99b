package org.agentos.federation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
    @TempDir
    Path home;

    @BeforeEach
    void layOutHome() throws IOException {
        Files.createDirectories(home.resolve("config"));
        write("application.properties", "");
    }

    @Test
    void shouldUseDefaultsOfTheContract() {
        // When
        Settings settings = load(Map.of());

        // Then
        assertThat(settings.profile()).isEqualTo(Profile.DEV);
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(50_083);
        assertThat(settings.http().tls()).isEmpty();
        assertThat(settings.forward().maxAttempts()).isEqualTo(3);
        assertThat(settings.forward().baseBackoff()).hasMillis(250);
        assertThat(settings.forward().indexFile()).isEqualTo(home.resolve("data/federation/forward-index.json"));
        assertThat(settings.stack().peersFile()).isEmpty();
        assertThat(settings.stack().defaultTenant()).isEmpty();
        assertThat(settings.audit().sink()).isEqualTo("file:" + home.resolve("data/audit/federation.audit.log"));
    }

    @Test
    void shouldLetProfileFileWinOverMainFileAndEnvironmentOverBoth() throws IOException {
        // Given
        write("application.properties", "federation.http.port=1000\nfederation.http.workers=7\nfederation.region=file");
        write("application-dev.properties", "federation.http.port=2000\nfederation.region=dev");

        // When
        Settings settings = load(Map.of("AGENTOS_REGION", "environment", "AGENTOS_FED_HTTP_WORKERS", ""));

        // Then
        assertThat(settings.http().port()).isEqualTo(2000);
        assertThat(settings.http().workers()).isEqualTo(7);
        assertThat(settings.stack().region()).contains("environment");
    }

    @Test
    void shouldOfferEverySettingAndTheIntegratorsOwnAsPlaceholders() throws IOException {
        // Given
        write("application.properties", "ext.webhook.url=http://127.0.0.1:9/hook");

        // When
        Settings settings = load(Map.of("AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "5", "AGENTOS_FED_DATA_DIR", "elsewhere"));

        // Then
        assertThat(settings.properties())
                .containsEntry("ext.webhook.url", "http://127.0.0.1:9/hook")
                .containsEntry("federation.forward.max-attempts", "5")
                .containsEntry(
                        "federation.forward.index-file",
                        home.resolve("elsewhere/forward-index.json").toString())
                .containsKeys(Keys.all().stream().map(Key::property).toArray(String[]::new));
    }

    @Test
    void shouldKeepTheKeyOfTheAuditTrailToItself() throws IOException {
        // Given
        Path file = Files.writeString(home.resolve("audit.key"), "a secret of the audit trail\n");

        // When
        Settings text = load(Map.of("AGENTOS_AUDIT_KEY", "a secret of the audit trail"));
        Settings inFile = load(Map.of("AGENTOS_AUDIT_KEY_FILE", file.toString()));

        // Then
        assertThat(text.audit().key().orElseThrow().bytes())
                .isEqualTo(inFile.audit().key().orElseThrow().bytes());
        assertThat(text.toString()).doesNotContain("secret of");
        assertThatThrownBy(() -> load(Map.of("AGENTOS_AUDIT_KEY", "too short")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("AGENTOS_AUDIT_KEY must be a secret of 16 to 4096 bytes")
                .hasMessageNotContaining("too short");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AGENTOS_PROFILE | staging | AGENTOS_PROFILE must be dev, demo or prod, is \"staging\"",
                "AGENTOS_FED_HTTP_PORT | 70000 | AGENTOS_FED_HTTP_PORT must be a whole number from 0 to 65535, is \"70000\"",
                "AGENTOS_FED_HTTP_PORT | http | AGENTOS_FED_HTTP_PORT must be a whole number from 0 to 65535, is \"http\"",
                "AGENTOS_FED_FORWARD_MAX_ATTEMPTS | 0 | AGENTOS_FED_FORWARD_MAX_ATTEMPTS must be a whole number from 1 to 100, is \"0\"",
                "AGENTOS_FED_FORWARD_BASE_BACKOFF_MS | 250ms | AGENTOS_FED_FORWARD_BASE_BACKOFF_MS must be a whole number from 1 to 60000, is \"250ms\"",
                "AGENTOS_FED_FORWARD_JITTER | 2 | AGENTOS_FED_FORWARD_JITTER must be a number from 0.0 to 1.0, is \"2\"",
                "AGENTOS_FED_STREAM_HEARTBEAT | 15 | AGENTOS_FED_STREAM_HEARTBEAT must be a duration from 100ms to 60m (ms, s, m, h, d), is \"15\"",
                "AGENTOS_FED_REQUIRE_MTLS | yes | AGENTOS_FED_REQUIRE_MTLS must be true or false, is \"yes\"",
                "AGENTOS_FED_REQUIRE_MTLS | true | AGENTOS_FED_SERVER_CERT is missing: AGENTOS_FED_REQUIRE_MTLS needs it",
                "AGENTOS_FED_REQUIRE_MTLS | 1 | AGENTOS_FED_CA_CERT is missing: AGENTOS_FED_REQUIRE_MTLS needs it",
                "AGENTOS_AUDIT_SINK | syslog | AGENTOS_AUDIT_SINK must be stdout, stderr or file:PATH, is \"syslog\"",
                "AGENTOS_PEERS_FILE | nowhere.json | AGENTOS_PEERS_FILE names HOME/nowhere.json, which is not a readable file",
                "AGENTOS_FED_SERVER_CERT | a.pem | AGENTOS_FED_SERVER_CERT names HOME/a.pem, which is not a readable file",
                "AGENTOS_FED_CLIENT_KEY | b.pem | AGENTOS_FED_CLIENT_CERT is missing: AGENTOS_FED_CLIENT_KEY needs it",
                "AGENTOS_FED_JWT_PUBLIC_KEY | k.pem | AGENTOS_FED_JWT_PUBLIC_KEY names HOME/k.pem, which is not a readable file",
                "AGENTOS_FED_CORS_ORIGINS | https://a.example/app | AGENTOS_FED_CORS_ORIGINS names \"https://a.example/app\", which is no origin: it must be scheme://host or scheme://host:port, without a path",
                "AGENTOS_FED_CORS_ORIGINS | https://a.example, https://b.example/ | AGENTOS_FED_CORS_ORIGINS names \"https://b.example/\", which is no origin: it must be scheme://host or scheme://host:port, without a path",
                "AGENTOS_FED_CORS_ORIGINS | a.example | AGENTOS_FED_CORS_ORIGINS names \"a.example\", which is no origin: it must be scheme://host or scheme://host:port, without a path",
                "AGENTOS_FED_CORS_ORIGINS | https://*.example | AGENTOS_FED_CORS_ORIGINS names \"https://*.example\", which is no origin: it must be scheme://host or scheme://host:port, without a path",
                "AGENTOS_FED_CORS_ORIGINS | https://a.example:0 | AGENTOS_FED_CORS_ORIGINS names \"https://a.example:0\", which is no origin: its port must be from 1 to 65535",
                "AGENTOS_FED_CORS_ORIGINS | null | AGENTOS_FED_CORS_ORIGINS names \"null\", which stands for pages of nobody in particular and cannot be told apart",
                "AGENTOS_FED_CORS_ORIGINS | *, https://a.example | AGENTOS_FED_CORS_ORIGINS has * beside other origins; leave it alone or leave it out",
                "AGENTOS_FED_TICKET_LIFETIME | 2h | AGENTOS_FED_TICKET_LIFETIME must be a duration from 1s to 60m (ms, s, m, h, d), is \"2h\"",
                "AGENTOS_FED_REQUIRE_MTL | true | unknown variable AGENTOS_FED_REQUIRE_MTL; did you mean AGENTOS_FED_REQUIRE_MTLS?"
            })
    void shouldRefuseUnfitValue(String variable, String value, String expected) {
        // When
        List<String> problems = problems(Map.of(variable, value));

        // Then
        assertThat(problems).contains(expected.replace("HOME", home.toString()));
    }

    @Test
    void shouldReadOriginsAsBrowsersWriteThem() {
        // When
        Settings settings = load(Map.of("AGENTOS_FED_CORS_ORIGINS", "HTTPS://App.Example:443, http://[::1]:3000"));

        // Then
        assertThat(settings.http().cors().origins())
                .containsExactlyInAnyOrder("https://app.example", "http://[::1]:3000");
        assertThat(settings.http().cors().any()).isFalse();
        assertThat(load(Map.of()).http().cors().on()).isFalse();
    }

    @Test
    void shouldLetAllOriginsInOnlyOutsideProd() {
        assertThat(load(Map.of("AGENTOS_FED_CORS_ORIGINS", "*")).http().cors().any())
                .isTrue();
        assertThat(problems(Map.of("AGENTOS_FED_CORS_ORIGINS", "*", "AGENTOS_PROFILE", "prod")))
                .contains("AGENTOS_FED_CORS_ORIGINS must name each origin, not *: AGENTOS_PROFILE=prod forbids it");
    }

    @Test
    void shouldListAllProblemsAtOnce() throws IOException {
        // Given
        write("application.properties", "federation.http.prt=1\nfederation.stream.max-streams=none\ncamel.main.name=x");

        // When
        List<String> problems = problems(Map.of("AGENTOS_FED_HTTP_PORT", "-1"));

        // Then
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "unknown property federation.http.prt; did you mean federation.http.port?",
                        "AGENTOS_FED_HTTP_PORT must be a whole number from 0 to 65535, is \"-1\"",
                        "AGENTOS_FED_STREAM_MAX_STREAMS (federation.stream.max-streams)"
                                + " must be a whole number from 1 to 1000000, is \"none\"");
    }

    @Test
    void shouldRefuseHomeWithoutConfiguration() {
        // When
        StartupException refusal = catchThrowableOfType(
                StartupException.class, () -> SettingsLoader.load(home.resolve("elsewhere"), Map.of()));

        // Then
        assertThat(refusal.problems()).singleElement().asString().startsWith("cannot read ");
    }

    @Test
    void shouldRefuseAShutdownThatLeavesNoTimeForItsSteps() {
        // When
        List<String> problems =
                problems(Map.of("AGENTOS_FED_SHUTDOWN_READINESS_DELAY", "15s", "AGENTOS_FED_SHUTDOWN_DRAIN", "5s"));

        // Then
        assertThat(problems)
                .containsExactly(
                        "AGENTOS_FED_SHUTDOWN_TOTAL (federation.shutdown.total) must be longer than AGENTOS_FED_SHUTDOWN_READINESS_DELAY"
                                + " and AGENTOS_FED_SHUTDOWN_DRAIN together");
    }

    private Settings load(Map<String, String> environment) {
        return SettingsLoader.load(home, environment);
    }

    private List<String> problems(Map<String, String> environment) {
        return catchThrowableOfType(StartupException.class, () -> load(environment))
                .problems();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve("config").resolve(name), text);
    }
}
