package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.mirror.UpstreamSlots.Slot;
import org.junit.jupiter.api.Test;

class UpstreamSlotsTest {
    private final List<String> granted = new ArrayList<>();

    @Test
    void shouldGrantInOrderAsSlotsComeBack() {
        // Given
        UpstreamSlots slots = new UpstreamSlots(2, 10);
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
        UpstreamSlots slots = new UpstreamSlots(1, 10);
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
        UpstreamSlots slots = new UpstreamSlots(10, 2);
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
        UpstreamSlots slots = new UpstreamSlots(1, 10);
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

    private Slot request(UpstreamSlots slots, String peer, String name) {
        return slots.request(peer, () -> granted.add(name));
    }
}
