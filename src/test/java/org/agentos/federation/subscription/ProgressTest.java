package org.agentos.federation.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final SubscriptionState START =
            new SubscriptionState(1, 2, Position.START, 0, 3, FeedPlace.after(0), List.of(), List.of());

    private final Window window = new Window(50, FeedPlace.after(0), 0);
    private final Redelivery redelivery = new Redelivery(RedeliveryPolicy.DEFAULT, START, () -> Instant.EPOCH, () -> 0);
    private final Progress progress = new Progress(START);

    @Test
    void shouldSaveNothingWithoutNews() {
        assertThat(progress.begin(window, redelivery, 5)).isEmpty();
    }

    @Test
    void shouldSaveAPlaceThatOnlyUnwantedEventsHaveMoved() {
        // When
        window.add(List.of(), FeedPlace.after(7), 0);

        // Then
        assertThat(progress.begin(window, redelivery, 5))
                .map(SubscriptionState::reached)
                .contains(FeedPlace.after(7));
    }

    @Test
    void shouldCountAsUnsavedWhatWasDoneWhileASaveWasUnderWay() {
        // Given
        done(25);
        assertThat(progress.due()).isTrue();
        SubscriptionState first = progress.begin(window, redelivery, 5).orElseThrow();
        done(10);

        // When
        Optional<SubscriptionState> meanwhile = progress.begin(window, redelivery, 6);
        progress.end(first, true);

        // Then
        assertThat(meanwhile).isEmpty();
        assertThat(progress.unsaved()).isEqualTo(10);
        assertThat(progress.due()).isFalse();
        assertThat(progress.begin(window, redelivery, 7))
                .map(SubscriptionState::reached)
                .contains(window.reached());
    }

    @Test
    void shouldForgetNothingWhenASaveFails() {
        // Given
        done(30);

        // When
        progress.end(progress.begin(window, redelivery, 5).orElseThrow(), false);

        // Then
        assertThat(progress.unsaved()).isEqualTo(30);
        assertThat(progress.begin(window, redelivery, 6)).isPresent();
    }

    @Test
    void shouldSaveThatADeliveryHasFailed() {
        // Given
        Delivery delivery = new Delivery(
                new FeedPlace(1, 0), new RunKey("t", "r"), new Position(1, 0), "e", "", ByteSlice.of(new byte[1]), 1);
        window.add(List.of(delivery), FeedPlace.after(0), 0);
        window.take(0, false);

        // When
        redelivery.failed(delivery, "no", false);
        SubscriptionState state = progress.begin(window, redelivery, 5).orElseThrow();
        progress.end(state, true);

        // Then
        assertThat(state.failed()).containsExactly(new SubscriptionState.Failed(delivery.place(), 1, 0));
        assertThat(progress.begin(window, redelivery, 6)).isEmpty();
    }

    private void done(int events) {
        for (int i = 0; i < events; i++) {
            long offset = window.readTo().offset();
            RunKey run = new RunKey("t", "r" + offset);
            window.add(
                    List.of(new Delivery(
                            new FeedPlace(offset, 0), run, new Position(1, 0), "e", "", ByteSlice.of(new byte[1]), 1)),
                    FeedPlace.after(offset),
                    0);
            window.done(window.take(0, false).delivery());
            progress.done();
        }
    }
}
