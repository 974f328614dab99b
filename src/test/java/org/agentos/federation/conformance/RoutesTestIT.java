package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code federation routes test} of the packaged application. */
class RoutesTestIT {
    private static final String SAMPLES = "routes/extensions/samples/";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path directory;

    private ExtendedHome home;

    @BeforeEach
    void copyHome() {
        home = ExtendedHome.in(directory);
    }

    @Test
    void shouldTryASampleWithoutSendingAnything() throws Exception {
        // Given
        try (CountingSink sink = CountingSink.open()) {
            home.setting("ext.webhook.url", sink.url());

            // When
            GatewayProcess.Ended ended =
                    test(Map.of("EXT_WEBHOOK_SECRET", SECRET), home.path().resolve(SAMPLES + "webhook-sink.yaml"));

            // Then
            assertThat(ended.exitCode()).as(ended.output()).isZero();
            assertThat(ended.output())
                    .contains(
                            "ext-webhook: handled",
                            "to " + sink.url(),
                            "Idempotency-Key: tnt_sample/run_sample/evt%2Fsample%208",
                            "14 events: 14 handled, 0 dead letters, 0 not done, 0 not wanted; 14 sent, recorded only");
            assertThat(sink.received()).isEmpty();
        }
    }

    @Test
    void shouldSendForRealWhenToldAndFailWithTheSink() throws Exception {
        // Given
        try (CountingSink sink = CountingSink.open()) {
            sink.failWith(400);
            home.setting("ext.webhook.url", sink.url());

            // When
            GatewayProcess.Ended ended = test(
                    Map.of("EXT_WEBHOOK_SECRET", SECRET), home.path().resolve(SAMPLES + "webhook-sink.yaml"), "--real");

            // Then
            assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
            assertThat(ended.output()).contains("DEAD LETTER", "14 events became dead letters");
            assertThat(sink.received()).hasSize(14);
        }
    }

    @Test
    void shouldTryTheFileOfTheDocument() throws Exception {
        // Given
        String document = Files.readString(Path.of("docs/extending-routes.md"));
        String begin = "tell-ends.yaml <<'END'\n";
        Path file = directory.resolve("tell-ends.yaml");
        Files.writeString(
                file, document.substring(document.indexOf(begin) + begin.length(), document.indexOf("\nEND\n") + 1));

        // When
        GatewayProcess.Ended ended = test(Map.of(), file);

        // Then
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("ext-tell-ends: handled", "0 dead letters");
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        // Given
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, "- from:\n    uri: event-log:x\n    steps:\n      - to: jms:queue:x\n");

        // When
        GatewayProcess.Ended unknown = test(Map.of(), file);
        GatewayProcess.Ended absent = test(Map.of(), directory.resolve("no-such.yaml"));
        GatewayProcess.Ended late = test(Map.of(), file, "--timeout", "0");

        // Then
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.output()).contains("uses jms, a component that is neither in lib nor in lib/ext; camel-jms");
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.output()).contains("no-such.yaml");
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.output()).contains("--timeout is 0");
    }

    private GatewayProcess.Ended test(Map<String, String> environment, Path file, String... more) {
        List<String> line = new ArrayList<>(List.of("routes", "test", file.toString()));
        line.addAll(List.of(more));
        return GatewayProcess.command(home.path(), directory, environment, line.toArray(String[]::new));
    }
}
