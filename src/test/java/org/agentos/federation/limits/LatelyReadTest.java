package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;

class LatelyReadTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");

    private final ManualTime time = new ManualTime();
    private final LatelyRead lately = new LatelyRead(time, 2);

    @Test
    void shouldLetEachReaderComeBackAndNoneWithoutAnEnd() {
        // Given
        lately.opened(RUN);
        lately.opened(RUN);

        // When
        boolean first = lately.comesBack(RUN);
        boolean second = lately.comesBack(RUN);
        boolean third = lately.comesBack(RUN);

        // Then
        assertThat(first && second).isTrue();
        assertThat(third).isFalse();
        time.pass(Duration.ofSeconds(1));
        assertThat(lately.comesBack(RUN)).isTrue();
    }

    @Test
    void shouldKnowNothingOfAnotherTenantsReadersOrOfLongAgo() {
        // Given
        lately.opened(RUN);

        // When
        boolean other = lately.comesBack(new RunKey("tnt_b", "run_1"));
        time.pass(Duration.ofHours(26));

        // Then
        assertThat(other).isFalse();
        assertThat(lately.comesBack(RUN)).isFalse();
    }

    @Test
    void shouldForgetTheRunLongestNotRead() {
        // Given
        lately.opened(RUN);
        lately.opened(new RunKey("tnt_a", "run_2"));

        // When
        lately.opened(new RunKey("tnt_a", "run_3"));

        // Then
        assertThat(lately.comesBack(RUN)).isFalse();
        assertThat(lately.comesBack(new RunKey("tnt_a", "run_2"))).isTrue();
    }
}
