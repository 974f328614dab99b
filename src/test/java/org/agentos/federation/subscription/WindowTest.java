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
        Window window = new Window(10, FeedPlace.after(0), 0);
        window.add(List.of(delivery(A, 1), delivery(B, 2), delivery(A, 3), delivery(B, 5)), FeedPlace.after(9), 0);

        // When
        window.take(0, false);
        Delivery second = window.take(0, false).delivery();
        window.done(second);

        // Then
        assertThat(second.place()).isEqualTo(place(2));
        assertThat(window.reached()).isEqualTo(place(3));
        assertThat(window.openBefore(window.reached())).containsExactly(place(1));
        assertThat(window.doneTo()).isEqualTo(place(1));
        window.done(window.take(0, false).delivery());
        assertThat(window.reached()).isEqualTo(FeedPlace.after(9));
        assertThat(window.openBefore(window.reached())).containsExactly(place(1), place(3));
    }

    @Test
    void shouldNotFallBehindWhereItBegan() {
        // Given
        Window window = new Window(10, place(7), 0);

        // When
        window.add(List.of(delivery(A, 3), delivery(B, 5)), place(7), 0);

        // Then
        assertThat(window.reached()).isEqualTo(place(7));
        assertThat(window.openBefore(place(7))).containsExactly(place(3), place(5));
        window.add(List.of(delivery(B, 8)), FeedPlace.after(8), 0);
        window.done(window.take(0, false).delivery());
        assertThat(window.reached()).isEqualTo(place(8));
        assertThat(window.openBefore(place(8))).containsExactly(place(5));
    }

    @Test
    void shouldGiveOutAgainWhatWasPutBackBeforeTheOthersOfItsRun() {
        // Given
        Window window = new Window(10, FeedPlace.after(0), 0);
        window.add(List.of(delivery(A, 1), delivery(A, 2)), FeedPlace.after(2), 0);

        // When
        window.putBack(window.take(0, false).delivery(), 0, 0);

        // Then
        assertThat(window.inFlight()).isZero();
        assertThat(window.take(0, false).delivery().place()).isEqualTo(place(1));
        assertThat(window.take(0, false)).isNull();
    }

    @Test
    void shouldLetOtherRunsGoWhileAnEventWaitsForItsTime() {
        // Given
        Window window = new Window(10, FeedPlace.after(0), 100);
        window.add(List.of(delivery(A, 1), delivery(A, 2), delivery(B, 3)), FeedPlace.after(3), 100);

        // When
        window.putBack(window.take(100, false).delivery(), 100, 150);

        // Then
        assertThat(window.waitNanos(120)).hasValue(0);
        assertThat(window.take(120, false).delivery().place()).isEqualTo(place(3));
        assertThat(window.take(149, false)).isNull();
        assertThat(window.waitNanos(120)).hasValue(30);
        assertThat(window.take(150, false).delivery().place()).isEqualTo(place(1));
        assertThat(window.waitNanos(150)).isEmpty();
    }

    @Test
    void shouldGiveOutWhatNeverFailedFirstWhenASinkIsTried() {
        // Given
        Window window = new Window(10, FeedPlace.after(0), 0);
        window.add(List.of(delivery(A, 1), delivery(B, 3)), FeedPlace.after(3), 0);

        // When
        window.putBack(window.take(0, false).delivery(), 0, 1);

        // Then
        assertThat(window.take(1, true).delivery().place()).isEqualTo(place(3));
        assertThat(window.take(1, true).delivery().place()).isEqualTo(place(1));
    }

    @Test
    void shouldHaveNoRoomForMoreBytesThanItMayHold() {
        // Given
        Window window = new Window(10, FeedPlace.after(0), 0);
        ByteSlice large = ByteSlice.of(new byte[(int) Window.READ_AHEAD_BYTES]);

        // When
        window.add(List.of(new Delivery(place(1), A, Position.START, "", "", large, 1)), FeedPlace.after(1), 0);

        // Then
        assertThat(window.room()).isZero();
        window.take(0, false);
        assertThat(window.room()).isEqualTo(Window.READ_AHEAD + 9);
    }

    private static FeedPlace place(long offset) {
        return new FeedPlace(offset, 0);
    }

    private static Delivery delivery(RunKey run, long offset) {
        return new Delivery(place(offset), run, new Position(offset, 0), "e", "", ByteSlice.of(new byte[1]), 1);
    }
}
