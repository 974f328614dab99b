package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerRegistryTest {
    private final PeerRegistry registry = registry(peer("stk_b", "b", "dns:b"), peer("stk_c", "c", "dns:c"));

    @Test
    void shouldBecomeAnotherReadingAndTellWhatIsAnother() {
        // Given
        List<PeerChange> told = new ArrayList<>();
        List<Optional<Peer>> foundByListener = new ArrayList<>();
        registry.onChange(change -> {
            told.add(change);
            foundByListener.add(registry.find("stk_d"));
        });

        // When
        registry.become(registry(peer("stk_c", "elsewhere", "dns:c"), peer("stk_d", "d", "dns:b")));

        // Then
        assertThat(told).containsExactly(new PeerChange(Set.of("stk_d"), Set.of("stk_b"), Set.of("stk_c")));
        assertThat(foundByListener).allMatch(Optional::isPresent);
        assertThat(registry.find("stk_b")).isEmpty();
        assertThat(registry.holdersOf(Set.of("dns:b", "dns:x"))).containsExactly("stk_d");
        assertThat(registry.peers()).extracting(Peer::stackId).containsExactly("stk_c", "stk_d");
    }

    @Test
    void shouldSeeNoChangeInTheSameWords() {
        assertThat(registry.changeTo(registry(peer("stk_c", "c", "dns:c"), peer("stk_b", "b", "dns:b")))
                        .isEmpty())
                .isTrue();
    }

    private static PeerRegistry registry(Peer... peers) {
        return new PeerRegistry(new PeerInfo("stk_a", null, null, null, null, null), List.of(peers), true);
    }

    private static Peer peer(String stackId, String host, String identity) {
        return new Peer(
                new PeerInfo(stackId, null, null, null, null, null),
                URI.create("http://" + host),
                List.of(identity),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }
}
