package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAdviceTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final RetryAdvice advice = new RetryAdvice(ForwardBench.settings(Path.of(".")), new Random(1));
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void shouldWaitByThePeersOwnDelays() {
        // Given
        Forward forward = forward(new Peer.Redelivery(
                OptionalInt.of(9),
                OptionalInt.of(10),
                OptionalDouble.of(3),
                OptionalDouble.of(0),
                OptionalInt.of(50),
                OptionalInt.empty(),
                Optional.empty()));

        // Then
        assertThat(delayAfterNextAttempt(forward)).isEqualTo(Duration.ofMillis(10));
        assertThat(delayAfterNextAttempt(forward)).isEqualTo(Duration.ofMillis(30));
        assertThat(delayAfterNextAttempt(forward)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void shouldLeaveTheDelayToThePolicyOfAllPeers() {
        assertThat(advice.ownDelay(forward(Peer.Redelivery.DEFAULT), failure(500)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"503, true", "429, true", "500, false"})
    void shouldRepeatOnlyTheStatusesOfThePeersOwnList(int status, boolean again) {
        // Given
        Forward forward = forward(new Peer.Redelivery(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of(Set.of(429, 503))));

        // When
        advice.judge(forward, failure(status), NOW);

        // Then
        assertThat(forward.mayTryAgain(3)).isEqualTo(again);
    }

    private Duration delayAfterNextAttempt(Forward forward) {
        forward.attempt();
        return advice.ownDelay(forward, failure(500)).orElseThrow();
    }

    private static PeerFailure failure(int status) {
        return new PeerFailure(status, false, status >= 500, Optional.empty());
    }

    private Forward forward(Peer.Redelivery redelivery) {
        ForwardRequest request = ForwardRequest.parse(ForwardBench.BODY.getBytes(StandardCharsets.UTF_8));
        Forward forward = new Forward(request, ForwardBench.caller("tnt_a", "prn_a"), "key_1", false, NOW);
        Peer configured = ForwardBench.peer("stk_b", peer, Peer.Policy.UNRESTRICTED, redelivery);
        forward.choose(configured, Duration.ofSeconds(30), () -> {});
        return forward;
    }
}
