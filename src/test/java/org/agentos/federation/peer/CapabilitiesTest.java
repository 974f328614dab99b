package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitiesTest {

    @Test
    void shouldReadObjectForm() throws IOException {
        // When
        Capabilities capabilities = parse("""
                {"capabilities": {"supports": {"runs_forward": true, "tool_hosting": false, "events.replay": false},
                                  "limits": {"max_concurrent_runs": 200},
                                  "models": {"tiers": ["fast", "premium"], "backends": ["vllm"]}},
                 "features": ["events.ingest", "events.replay"]}""");

        // Then
        assertThat(capabilities)
                .isEqualTo(new Capabilities(
                        Set.of("runs_forward", "events_ingest"),
                        Set.of("tool_hosting", "events_replay"),
                        Set.of("fast", "premium"),
                        Optional.empty(),
                        true));
        assertThat(capabilities.denies("events.replay")).isTrue();
        assertThat(capabilities.denies("idempotency_keys")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.0, true", "1, true", "v1, true", "1.7, true", "2.0, false", "10, false", "one, false"})
    void shouldSpeakEveryMinorVersionOfOurProtocol(String protocol, boolean ours) throws IOException {
        assertThat(parse("{\"capabilities\": [], \"protocol\": \"" + protocol + "\"}")
                        .speaksOurProtocol())
                .isEqualTo(ours);
        assertThat(parse("{\"capabilities\": []}").speaksOurProtocol()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"capabilities\": [\"runs.forward\", \"events.stream\"], \"peer_id\": \"stk_b\"}",
                "[\"runs.forward\", \"events_stream\"]"
            })
    void shouldReadListForm(String answer) throws IOException {
        assertThat(parse(answer)).isEqualTo(new Capabilities(Set.of("runs_forward", "events_stream"), Set.of(), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs.forward", "runs_forward", "events.stream"})
    void shouldTakeDotAndUnderscoreForTheSame(String name) {
        assertThat(Capabilities.ASSUMED.supports(name)).isTrue();
        assertThat(Capabilities.ASSUMED.supports("tool_hosting")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "\"runs\"",
                "{\"capabilities\": \"all\"}",
                "{\"capabilities\": [], \"protocol\": {}}"
            })
    void shouldRefuseAnythingElse(String answer) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> parse(answer));
    }

    private static Capabilities parse(String answer) throws IOException {
        return Capabilities.parse(answer.getBytes(StandardCharsets.UTF_8));
    }
}
