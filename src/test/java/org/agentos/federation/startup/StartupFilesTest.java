package org.agentos.federation.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TestCa;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts from settings that all hold, and breaks one at a time: the start is refused, and says which one it is. */
class StartupFilesTest {
    private static final List<String> PROFILES = List.of("dev", "demo", "prod");

    @TempDir
    static Path directory;

    private static TestCa ca;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void makeFiles() throws IOException {
        ca = new TestCa(directory.resolve("ca"))
                .stack("stk_a")
                .stack("stk_b")
                .issue("over", "-3d", "dns:localhost")
                .issue("early", "+2d", "dns:localhost");
        new TokenIssuer().writeTo(directory.resolve("jwks.json"));
        new RegistryFile().writeTo(directory.resolve("peers.json"));
        Files.writeString(directory.resolve("empty"), "");
        Files.writeString(directory.resolve("no-keys.json"), "{\"keys\":[]}");
        Files.writeString(directory.resolve("text"), "this is neither PEM nor JSON");
        Files.createDirectories(directory.resolve("folder"));
        Files.writeString(
                directory.resolve("cut.pem"),
                Files.readString(ca.authority()).substring(0, 200) + "\n-----END CERTIFICATE-----\n");
    }

    @BeforeEach
    void holdAllRules() {
        environment.put("AGENTOS_FED_DATA_DIR", directory.resolve("data").toString());
        environment.put("AGENTOS_PEERS_FILE", directory.resolve("peers.json").toString());
        environment.put("AGENTOS_METRICS_REQUIRE_AUTH", "1");
        environment.put(
                "AGENTOS_FED_JWT_PUBLIC_KEY", directory.resolve("jwks.json").toString());
        environment.put("AGENTOS_FED_REQUIRE_MTLS", "true");
        environment.put("AGENTOS_FED_CA_CERT", ca.authority().toString());
        environment.put("AGENTOS_FED_SERVER_CERT", ca.certificate("stk_a").toString());
        environment.put("AGENTOS_FED_SERVER_KEY", ca.key("stk_a").toString());
        environment.put("AGENTOS_FED_CLIENT_CERT", ca.certificate("stk_b").toString());
        environment.put("AGENTOS_FED_CLIENT_KEY", ca.key("stk_b").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "demo", "prod"})
    void shouldStartWhereAllHolds(String profile) {
        environment.put("AGENTOS_PROFILE", profile);
        review();
    }

    @ParameterizedTest
    @CsvSource({
        "AGENTOS_PEERS_FILE, absent",
        "AGENTOS_PEERS_FILE, folder",
        "AGENTOS_PEERS_FILE, empty",
        "AGENTOS_PEERS_FILE, text",
        "AGENTOS_FED_JWT_PUBLIC_KEY, absent",
        "AGENTOS_FED_JWT_PUBLIC_KEY, folder",
        "AGENTOS_FED_JWT_PUBLIC_KEY, empty",
        "AGENTOS_FED_JWT_PUBLIC_KEY, text",
        "AGENTOS_FED_JWT_PUBLIC_KEY, no-keys.json",
        "AGENTOS_FED_JWT_PUBLIC_KEY, ca/stk_a-key.pem",
        "AGENTOS_FED_SERVER_CERT, absent",
        "AGENTOS_FED_SERVER_CERT, folder",
        "AGENTOS_FED_SERVER_CERT, empty",
        "AGENTOS_FED_SERVER_CERT, text",
        "AGENTOS_FED_SERVER_CERT, cut.pem",
        "AGENTOS_FED_SERVER_CERT, ca/stk_a-key.pem",
        "AGENTOS_FED_SERVER_CERT, ca/over.pem",
        "AGENTOS_FED_SERVER_CERT, ca/early.pem",
        "AGENTOS_FED_SERVER_KEY, absent",
        "AGENTOS_FED_SERVER_KEY, folder",
        "AGENTOS_FED_SERVER_KEY, empty",
        "AGENTOS_FED_SERVER_KEY, text",
        "AGENTOS_FED_SERVER_KEY, ca/stk_a.pem",
        "AGENTOS_FED_SERVER_KEY, ca/stk_b-key.pem",
        "AGENTOS_FED_CLIENT_CERT, absent",
        "AGENTOS_FED_CLIENT_CERT, cut.pem",
        "AGENTOS_FED_CLIENT_CERT, ca/over.pem",
        "AGENTOS_FED_CLIENT_KEY, absent",
        "AGENTOS_FED_CLIENT_KEY, folder",
        "AGENTOS_FED_CLIENT_KEY, ca/stk_a-key.pem",
        "AGENTOS_FED_CA_CERT, absent",
        "AGENTOS_FED_CA_CERT, folder",
        "AGENTOS_FED_CA_CERT, empty",
        "AGENTOS_FED_CA_CERT, text",
        "AGENTOS_FED_CA_CERT, cut.pem",
        "AGENTOS_FED_CA_CERT, ca/over.pem",
    })
    void shouldNotStartInAnyProfileWithAFileThatIsUnfit(String variable, String file) {
        environment.put(variable, directory.resolve(file).toString());
        for (String profile : PROFILES) {
            environment.put("AGENTOS_PROFILE", profile);
            assertThat(problems()).as(profile).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                    .startsWith(variable));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AGENTOS_FED_SERVER_CERT, AGENTOS_FED_SERVER_KEY",
        "AGENTOS_FED_SERVER_KEY, AGENTOS_FED_SERVER_CERT",
        "AGENTOS_FED_CLIENT_CERT, AGENTOS_FED_CLIENT_KEY",
        "AGENTOS_FED_CLIENT_KEY, AGENTOS_FED_CLIENT_CERT",
        "AGENTOS_FED_CA_CERT, AGENTOS_FED_REQUIRE_MTLS",
    })
    void shouldNameWhatIsMissingAndWhatNeedsIt(String missing, String needing) {
        environment.remove(missing);
        for (String profile : PROFILES) {
            environment.put("AGENTOS_PROFILE", profile);
            assertThat(problems()).as(profile).anySatisfy(problem -> assertThat(problem)
                    .startsWith(missing + " is missing")
                    .contains(needing));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AGENTOS_FED_JWT_PUBLIC_KEY, '', AGENTOS_FED_JWT_PUBLIC_KEY is missing",
        "AGENTOS_FED_JWT_PUBLIC_KEY, http://keys.example/jwks.json, AGENTOS_FED_JWT_PUBLIC_KEY must be an https URL",
        "AGENTOS_METRICS_REQUIRE_AUTH, 0, AGENTOS_METRICS_REQUIRE_AUTH must be 1",
        "AGENTOS_PEERS_FILE, '', AGENTOS_PEERS_FILE is missing",
        "AGENTOS_DEFAULT_TENANT, tnt_demo, AGENTOS_DEFAULT_TENANT must not be set",
    })
    void shouldHoldEachRuleOfProdInProd(String variable, String value, String problem) {
        environment.put("AGENTOS_PROFILE", "prod");
        environment.put(variable, value);
        assertThat(problems()).anySatisfy(told -> assertThat(told).startsWith(problem));
    }

    @Test
    void shouldWantAPeerOfProdThatMayPushToBeAbleToProveItself() {
        // Given
        Path peers = new RegistryFile()
                .peer("stk_b", java.net.URI.create("https://b.example"), Map.of("policy", Map.of()))
                .writeTo(directory.resolve("open-peers.json"));
        environment.put("AGENTOS_PROFILE", "prod");
        environment.put("AGENTOS_PEERS_FILE", peers.toString());

        // When / Then
        review();
        environment.put("AGENTOS_FED_REQUIRE_MTLS", "false");
        assertThat(problems()).singleElement().asString().startsWith("AGENTOS_FED_REQUIRE_MTLS must be true");
    }

    @Test
    void shouldTellProblemsWithoutAnyContentOfTheFiles() throws IOException {
        // Given
        String secret =
                Files.readString(ca.key("stk_a")).lines().skip(1).findFirst().orElseThrow();
        environment.put("AGENTOS_FED_SERVER_CERT", ca.key("stk_a").toString());
        environment.put("AGENTOS_FED_JWT_PUBLIC_KEY", ca.key("stk_a").toString());

        // When
        List<String> problems = problems();

        // Then
        assertThat(String.join("\n", problems)).doesNotContain(secret);
    }

    private List<String> problems() {
        return Optional.ofNullable(catchThrowableOfType(StartupException.class, this::review))
                .map(StartupException::problems)
                .orElse(List.of());
    }

    private void review() {
        Map<String, String> set = new HashMap<>(environment);
        set.values().removeIf(String::isEmpty);
        StartupReview.review(SettingsLoader.load(Path.of("").toAbsolutePath(), set), InstantSource.system());
    }
}
