package org.agentos.federation.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final RunKey A = new RunKey("t", "a");
    private static final RunKey B = new RunKey("t", "b");

    @Test
    void shouldKnowWhatIsDoneBehindWhatIsOpen() {
        // Given
        Window window = new Window(10, FeedPlace.after(0));
        window.add(List.of(delivery(A, 1), delivery(B, 2), delivery(A, 3), delivery(B, 5)), FeedPlace.after(9));

        // When
        window.take();
        Delivery second = window.take();
        window.done(second);

        // Then
        assertThat(second.place()).isEqualTo(place(2));
        assertThat(window.reached()).isEqualTo(place(3));
        assertThat(window.openBefore(window.reached())).containsExactly(place(1));
        assertThat(window.doneTo()).isEqualTo(place(1));
        window.done(window.take());
        assertThat(window.reached()).isEqualTo(FeedPlace.after(9));
        assertThat(window.openBefore(window.reached())).containsExactly(place(1), place(3));
    }

    @Test
    void shouldNotFallBehindWhereItBegan() {
        // Given
        Window window = new Window(10, place(7));

        // When
        window.add(List.of(delivery(A, 3), delivery(B, 5)), place(7));

        // Then
        assertThat(window.reached()).isEqualTo(place(7));
        assertThat(window.openBefore(place(7))).containsExactly(place(3), place(5));
        window.add(List.of(delivery(B, 8)), FeedPlace.after(8));
        window.done(window.take());
        assertThat(window.reached()).isEqualTo(place(8));
        assertThat(window.openBefore(place(8))).containsExactly(place(5));
    }

    @Test
    void shouldGiveOutAgainWhatWasPutBackBeforeTheOthersOfItsRun() {
        // Given
        Window window = new Window(10, FeedPlace.after(0));
        window.add(List.of(delivery(A, 1), delivery(A, 2)), FeedPlace.after(2));

        // When
        window.putBack(window.take());

        // Then
        assertThat(window.inFlight()).isZero();
        assertThat(window.take().place()).isEqualTo(place(1));
        assertThat(window.take()).isNull();
    }

    @Test
    void shouldHaveNoRoomForMoreBytesThanItMayHold() {
        // Given
        Window window = new Window(10, FeedPlace.after(0));
        ByteSlice large = ByteSlice.of(new byte[(int) Window.READ_AHEAD_BYTES]);

        // When
        window.add(List.of(new Delivery(place(1), A, Position.START, "", "", large, 1)), FeedPlace.after(1));

        // Then
        assertThat(window.room()).isZero();
        window.take();
        assertThat(window.room()).isEqualTo(Window.READ_AHEAD + 9);
    }

    private static FeedPlace place(long offset) {
        return new FeedPlace(offset, 0);
    }

    private static Delivery delivery(RunKey run, long offset) {
        return new Delivery(place(offset), run, new Position(offset, 0), "e", "", ByteSlice.of(new byte[1]), 1);
    }
}
