package org.agentos.federation.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of a hang-up that comes before there is a gateway to tell. */
class HangUpTest {
    private final HangUp hangUp = new HangUp();
    private final AtomicInteger reloads = new AtomicInteger();

    @Test
    void shouldPassOnOnceWhatCameBefore() {
        // Given
        hangUp.came();
        hangUp.came();

        // When
        hangUp.tell(reloads::incrementAndGet);

        // Then
        assertThat(reloads).hasValue(1);
    }

    @Test
    void shouldPassOnEachThatComesLater() {
        // Given
        hangUp.tell(reloads::incrementAndGet);

        // Then
        assertThat(reloads).hasValue(0);
        hangUp.came();
        hangUp.came();
        assertThat(reloads).hasValue(2);
    }
}
