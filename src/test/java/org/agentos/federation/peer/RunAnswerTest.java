package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunAnswerTest {
    @ParameterizedTest
    @ValueSource(strings = {"{\"run\":{\"status\":\"failed\"},\"status\":\"running\"}", "{\"status\":\"failed\"}"})
    void shouldReadTheStatusWithAndWithoutTheWrapper(String answer) {
        assertThat(status(answer)).contains("failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"run\":", "[]", "null", "{\"run\":{\"status\":7}}", "{\"run\":{\"status\":\"COMPLETED\"}}"
            })
    void shouldReadNothingElse(String answer) {
        assertThat(status(answer)).isEmpty();
    }

    @Test
    void shouldReadDeepNonsenseWithoutHarm() {
        assertThat(status("[".repeat(100_000))).isEmpty();
    }

    private static Optional<String> status(String answer) {
        return RunAnswer.status(answer.getBytes(StandardCharsets.UTF_8));
    }
}
