package org.agentos.federation.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.settings.HolderSettings;
import org.junit.jupiter.api.Test;

class HolderPlacesTest {
    private final HolderPlaces places = new HolderPlaces(
            new HolderSettings(2, 3, Duration.ofSeconds(2), Duration.ZERO, Optional.empty(), Optional.empty()));

    @Test
    void shouldLimitCallsAtOnePeer() {
        // Given
        Runnable first = places.enter("stk_b", Purpose.STATE);
        places.enter("stk_b", Purpose.STATE);

        // Then
        assertRefused("stk_b", Purpose.STATE);
        first.run();
        assertThatCode(() -> places.enter("stk_b", Purpose.STATE)).doesNotThrowAnyException();
    }

    @Test
    void shouldLimitCallsAtAllPeersAndKeepNoPlaceOfOneThatWasRefused() {
        // Given
        Runnable first = places.enter("stk_b", Purpose.STATE);
        places.enter("stk_b", Purpose.STATE);
        places.enter("stk_c", Purpose.STATE);

        // When
        for (int i = 0; i < 5; i++) {
            assertRefused("stk_c", Purpose.STATE);
        }
        first.run();

        // Then
        assertThatCode(() -> places.enter("stk_c", Purpose.STATE)).doesNotThrowAnyException();
    }

    @Test
    void shouldKeepPlacesForCancelsWhateverIsAsked() {
        // Given
        places.enter("stk_b", Purpose.STATE);
        places.enter("stk_b", Purpose.STATE);
        places.enter("stk_c", Purpose.STATE);

        // Then
        assertThatCode(() -> places.enter("stk_b", Purpose.CANCEL)).doesNotThrowAnyException();
    }

    private void assertRefused(String stackId, Purpose purpose) {
        assertThatThrownBy(() -> places.enter(stackId, purpose))
                .isInstanceOfSatisfying(FederationException.class, refusal -> {
                    assertThat(refusal.details()).containsEntry("reason", "bulkhead_full");
                    assertThat(refusal.headers()).containsEntry("Retry-After", "1");
                });
    }
}
