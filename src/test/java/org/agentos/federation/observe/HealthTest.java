package org.agentos.federation.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Map<String, Object> OK = Map.of("status", "ok", "service", "federation", "version", "9.9");

    private static final Map<String, Integer> BREAKERS = Map.of("closed", 2, "half_open", 0, "open", 1);

    private Optional<String> problem = Optional.empty();
    private final Health health = new Health(new Build("9.9"), () -> problem, () -> BREAKERS);

    @Test
    void shouldBeReadyOnlyWhileServing() {
        // When
        ErrorCode starting = refusal();
        health.serving();
        Map<String, Object> serving = health.ready();
        health.draining();
        ErrorCode draining = refusal();
        health.serving();

        // Then
        assertThat(starting).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(serving)
                .containsAllEntriesOf(OK)
                .containsEntry("breakers", BREAKERS)
                .hasSize(4);
        assertThat(draining).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(health.live()).isEqualTo(OK);
    }

    @Test
    void shouldNotBeReadyWhileTheLogTakesNoAppends() {
        // Given
        health.serving();

        // When
        problem = Optional.of("the disk is full");

        // Then
        assertThat(refusal()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(health.live()).isEqualTo(OK);
    }

    @Test
    void shouldKnowItsOwnBuild() {
        assertThat(Build.current().version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    private ErrorCode refusal() {
        return catchThrowableOfType(FederationException.class, health::ready).code();
    }
}
