package org.agentos.federation.holder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;

class HeardStatesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final HeardStates.Key KEY = new HeardStates.Key(new RunKey("tnt_a", "run_1"), Optional.empty());
    private final HeardStates states = new HeardStates(Duration.ofSeconds(2));

    @Test
    void shouldGiveAFreshAnswerAgain() {
        // Given
        states.claim(KEY, NOW).answer().complete(HeardState.of("running", NOW));

        // Then
        assertThat(states.claim(KEY, NOW.plusSeconds(2)).mine()).isFalse();
        assertThat(states.claim(KEY, NOW.plusSeconds(3)).mine()).isTrue();
    }

    @Test
    void shouldNotKeepAnAnswerUntilAClockThatWasSetBackHasCaughtUp() {
        // Given
        states.claim(KEY, NOW).answer().complete(HeardState.of("running", NOW));

        // Then
        assertThat(states.claim(KEY, NOW.minusSeconds(3600)).mine()).isTrue();
    }
}
