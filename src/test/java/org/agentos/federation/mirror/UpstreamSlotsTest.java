package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agentos.federation.mirror.UpstreamSlots.Slot;
import org.agentos.federation.settings.MirrorSettings;
import org.junit.jupiter.api.Test;

class UpstreamSlotsTest {
    private final ManualTimers timers = new ManualTimers();
    private final List<String> granted = new ArrayList<>();

    @Test
    void shouldGrantInOrderAsSlotsComeBack() {
        // Given
        UpstreamSlots slots = slots(2, 10);
        Slot first = request(slots, "b", "b1");
        request(slots, "b", "b2");
        request(slots, "b", "b3");
        request(slots, "b", "b4");
        assertThat(granted).containsExactly("b1", "b2");

        // When
        first.giveBack();
        first.giveBack();

        // Then
        assertThat(granted).containsExactly("b1", "b2", "b3");
        assertThat(slots.open()).isEqualTo(2);
    }

    @Test
    void shouldTakeThePeersInTurn() {
        // Given: one peer has many runs waiting, another comes late with one
        UpstreamSlots slots = slots(1, 10);
        Slot first = request(slots, "b", "b1");
        Slot second = request(slots, "b", "b2");
        request(slots, "b", "b3");
        request(slots, "c", "c1");

        // When
        first.giveBack();
        second.giveBack();

        // Then
        assertThat(granted).containsExactly("b1", "b2", "c1");
    }

    @Test
    void shouldHoldBackThePeerThatDoesNotAnswer() {
        // Given
        UpstreamSlots slots = slots(10, 2);
        Slot first = request(slots, "b", "b1");
        request(slots, "b", "b2");
        request(slots, "b", "b3");
        request(slots, "c", "c1");
        assertThat(granted).containsExactly("b1", "b2", "c1");

        // When
        first.connected();

        // Then
        assertThat(granted).containsExactly("b1", "b2", "c1", "b3");
    }

    @Test
    void shouldForgetWhoLeavesTheQueue() {
        // Given
        UpstreamSlots slots = slots(1, 10);
        Slot first = request(slots, "b", "b1");
        Slot second = request(slots, "b", "b2");
        request(slots, "b", "b3");

        // When
        second.giveBack();
        first.giveBack();

        // Then
        assertThat(granted).containsExactly("b1", "b3");
        assertThat(slots.open()).isEqualTo(1);
    }

    @Test
    void shouldOpenNoMoreToAPeerThanItsLimit() {
        // Given
        UpstreamSlots slots = slots(10, 10);
        Slot first = slots.request("b", 2, () -> granted.add("b1"));
        slots.request("b", 2, () -> granted.add("b2"));
        slots.request("b", 2, () -> granted.add("b3"));
        first.connected();
        assertThat(granted).containsExactly("b1", "b2");

        // When
        request(slots, "c", "c1");
        first.giveBack();

        // Then
        assertThat(granted).containsExactly("b1", "b2", "c1", "b3");
        assertThat(slots.open()).isEqualTo(3);
    }

    @Test
    void shouldSpreadTheConnectsToAPeerOverTime() {
        // Given
        UpstreamSlots slots = slots(100, 100, 50, 4);
        IntStream.range(0, 10).forEach(i -> request(slots, "b", "b" + i));
        request(slots, "c", "c0");
        assertThat(granted).containsExactly("b0", "b1", "b2", "b3", "c0");

        // When
        Duration first = timers.advanceToNext();

        // Then
        assertThat(first).isEqualTo(Duration.ofMillis(250));
        assertThat(granted).hasSize(6).endsWith("b4");

        // When
        timers.advance(Duration.ofSeconds(5));

        // Then: not more than a second's worth, however long nobody connected
        assertThat(granted).hasSize(10);
        timers.advance(Duration.ofSeconds(1));
        assertThat(granted).hasSize(11);
        assertThat(timers.pending()).isZero();
    }

    @Test
    void shouldSpreadTheConnectsInAll() {
        // Given
        UpstreamSlots slots = slots(100, 100, 3, 3);
        IntStream.range(0, 5).forEach(i -> request(slots, "peer" + i, "run" + i));
        assertThat(granted).containsExactly("run0", "run1", "run2");

        // When
        timers.advance(Duration.ofSeconds(1));

        // Then
        assertThat(granted).hasSize(5);
    }

    @Test
    void shouldCountAConnectInAPlaceThatIsHeld() {
        // Given
        UpstreamSlots slots = slots(100, 100, 2, 2);
        Slot held = request(slots, "b", "b1");

        // When
        boolean second = held.connectAgain();
        boolean third = held.connectAgain();

        // Then
        assertThat(second).isTrue();
        assertThat(third).isFalse();
        timers.advance(Duration.ofMillis(500));
        assertThat(held.connectAgain()).isTrue();
    }

    private UpstreamSlots slots(int maxOpen, int maxConnecting) {
        return slots(maxOpen, maxConnecting, 1_000, 1_000);
    }

    private UpstreamSlots slots(int maxOpen, int maxConnecting, int perSecond, int perSecondAndPeer) {
        MirrorSettings settings = new MirrorSettings(
                3,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                4,
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                maxOpen,
                maxOpen,
                perSecond,
                perSecondAndPeer);
        return new UpstreamSlots(settings, maxConnecting, timers);
    }

    private Slot request(UpstreamSlots slots, String peer, String name) {
        return slots.request(peer, 10, () -> granted.add(name));
    }
}
