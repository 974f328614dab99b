package org.agentos.federation.holder;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.settings.HolderSettings;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.junit.jupiter.api.Test;

/** Whose limits a cancel keeps to. */
class CancelLimitsTest {
    private final Settings settings = SettingsLoader.load(
            Path.of(""), Map.of("AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "5", "AGENTOS_FED_FORWARD_DEADLINE_MS", "7000"));

    @Test
    void shouldTakeThoseOfForwardsWhereNothingIsSet() {
        // When
        CancelLimits limits = new CancelLimits(settings.holder(), settings::forward);

        // Then
        assertThat(limits.attempts(peer(Peer.Redelivery.DEFAULT))).isEqualTo(5);
        assertThat(limits.deadline(peer(Peer.Redelivery.DEFAULT))).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void shouldTakeItsOwnThenThoseOfThePeer() {
        // Given
        HolderSettings own = new HolderSettings(
                1, 1, Duration.ZERO, Duration.ZERO, Optional.of(2), Optional.of(Duration.ofSeconds(1)));

        // When
        CancelLimits limits = new CancelLimits(own, settings::forward);

        // Then
        assertThat(limits.attempts(peer(Peer.Redelivery.DEFAULT))).isEqualTo(2);
        assertThat(limits.deadline(peer(Peer.Redelivery.DEFAULT))).isEqualTo(Duration.ofSeconds(1));
        Peer.Redelivery ofPeer = new Peer.Redelivery(OptionalInt.of(9), OptionalInt.empty(), OptionalInt.of(3_000));
        assertThat(limits.attempts(peer(ofPeer))).isEqualTo(9);
        assertThat(limits.deadline(peer(ofPeer))).isEqualTo(Duration.ofSeconds(3));
    }

    private static Peer peer(Peer.Redelivery redelivery) {
        return new Peer(
                new PeerInfo("stk_b", "test", "eu", List.of("v1"), null, null),
                URI.create("http://127.0.0.1:1"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                redelivery,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }
}
