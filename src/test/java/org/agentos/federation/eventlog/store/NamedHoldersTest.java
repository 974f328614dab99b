package org.agentos.federation.eventlog.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;

class NamedHoldersTest {
    @Test
    void shouldForgetTheEldestNamesBeyondItsBound() {
        // Given
        NamedHolders named = new NamedHolders();
        for (int i = 0; i < NamedHolders.MAX_NAMES; i++) {
            named.note(run(i), "stk_a");
        }
        named.note(run(0), "stk_b");

        // When
        named.note(run(NamedHolders.MAX_NAMES), "stk_a");

        // Then
        assertThat(named.find(run(0))).contains("stk_b");
        assertThat(named.find(run(1))).isEmpty();
        assertThat(named.find(run(2))).contains("stk_a");
        assertThat(named.find(run(NamedHolders.MAX_NAMES))).contains("stk_a");
    }

    private static RunKey run(int number) {
        return new RunKey("tnt_a", "run_" + number);
    }
}
