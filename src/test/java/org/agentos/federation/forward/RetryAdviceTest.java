package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.RetryAdvice.Decision;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.agentos.federation.trust.PeerPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAdviceTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String ANY = "{\"region\":\"eu\"}";

    private int maxAttempts = 3;
    private Duration baseBackoff = ForwardBench.settings(Path.of(".")).baseBackoff();
    private Capabilities known = Capabilities.ASSUMED;
    private final PeerGuards guards = new PeerGuards(
            new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofSeconds(10), 1),
            new RetryBudgetSettings(0, 3),
            () -> NOW,
            stackId -> true);
    private final Peer other = peer("stk_c", Peer.Redelivery.DEFAULT, true);
    private List<Peer> peers = List.of(other);
    private Optional<Set<Integer>> statuses = Optional.empty();

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
        assertThat(advice().ownDelay(forward(Peer.Redelivery.DEFAULT), failure(500)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"503, TRY_AGAIN", "429, TRY_AGAIN", "500, GIVE_UP"})
    void shouldRepeatOnlyTheStatusesOfThePeersOwnList(int status, Decision decision) {
        // Given
        Forward forward = forward(new Peer.Redelivery(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of(Set.of(429, 503))));

        // Then
        assertThat(advice().judge(forward, failure(status), NOW)).isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource({"503, TRY_AGAIN", "429, TRY_AGAIN", "500, GIVE_UP"})
    void shouldRepeatOnlyTheStatusesOfTheSettings(int status, Decision decision) {
        // Given
        statuses = Optional.of(Set.of(429, 503));

        // Then
        assertThat(advice().judge(forward(Peer.Redelivery.DEFAULT), failure(status), NOW))
                .isEqualTo(decision);
    }

    @Test
    void shouldEndWhenTheAttemptsAreUsed() {
        // Given
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        forward.attempt();
        forward.attempt();
        forward.attempt();

        // Then
        assertThat(advice().judge(forward, failure(500), NOW)).isEqualTo(Decision.ATTEMPTS_USED);
    }

    @Test
    void shouldNotWaitBeyondTheDeadline() {
        // Given
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        PeerFailure later = new PeerFailure(503, Outcome.FAILED, false, true, Optional.of(Duration.ofSeconds(60)));

        // Then
        assertThat(advice().judge(forward, later, NOW)).isEqualTo(Decision.DEADLINE_NEAR);
    }

    @Test
    void shouldNotRepeatWhatMayStartASecondRun() {
        // Given
        Forward forward = forward(peer("stk_b", Peer.Redelivery.DEFAULT, false), ANY);

        // Then
        assertThat(advice().judge(forward, failure(500), NOW)).isEqualTo(Decision.KEYS_NOT_HONOURED);
    }

    @Test
    void shouldKeepToThePeersRetryBudget() {
        // When
        List<Decision> decisions = java.util.stream.IntStream.range(0, 5)
                .mapToObj(i -> advice().judge(forward(Peer.Redelivery.DEFAULT), failure(500), NOW))
                .toList();

        // Then
        assertThat(decisions.subList(0, 3)).containsOnly(Decision.TRY_AGAIN);
        assertThat(decisions.subList(3, 5)).containsOnly(Decision.RETRY_BUDGET_SPENT);
    }

    @Test
    void shouldNotRepeatWhenTheBreakerHasOpened() {
        // Given
        Forward forward = forward(Peer.Redelivery.DEFAULT);

        // When
        open("stk_b");

        // Then
        assertThat(advice().judge(forward, failure(500), NOW)).isEqualTo(Decision.BREAKER_OPEN);
    }

    @Test
    void shouldSayThatTheBreakerKeptARetryAway() {
        // Given
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        forward.attempt();
        forward.visit().endAttempt(Outcome.FAILED, true);
        open("stk_b");

        // When
        FederationException turnedAway = catchThrowableOfType(FederationException.class, forward::attempt);

        // Then
        assertThat(turnedAway.details()).containsEntry("reason", "breaker_open");
        assertThat(forward.attempts()).isEqualTo(1);
        assertThat(advice().judge(forward, PeerFailure.of(turnedAway, NOW), NOW))
                .isEqualTo(Decision.BREAKER_OPEN);
    }

    @Test
    void shouldTurnToAnotherPeerOnlyWhileNoneWasReached() {
        // Given
        Forward unreached = forward(peer("stk_b", Peer.Redelivery.DEFAULT, true), ANY);
        Forward refusedBefore = forward(peer("stk_b", Peer.Redelivery.DEFAULT, true), ANY);
        Forward uncertain = forward(peer("stk_b", Peer.Redelivery.DEFAULT, true), ANY);
        Forward named = forward(Peer.Redelivery.DEFAULT);

        // When
        refusedBefore.visit().endAttempt(Outcome.BUSY, true);
        uncertain.failed(true);

        // Then
        assertThat(advice().judge(unreached, unreachable(), NOW)).isEqualTo(Decision.FAIL_OVER);
        assertThat(advice().judge(unreached, failure(500), NOW)).isEqualTo(Decision.TRY_AGAIN);
        assertThat(advice().judge(refusedBefore, unreachable(), NOW)).isEqualTo(Decision.TRY_AGAIN);
        assertThat(advice().judge(uncertain, unreachable(), NOW)).isEqualTo(Decision.TRY_AGAIN);
        assertThat(advice().judge(named, unreachable(), NOW)).isNotEqualTo(Decision.FAIL_OVER);
    }

    @Test
    void shouldNotTurnToAPeerThatIsOpenOrTried() {
        // Given
        Forward forward = forward(peer("stk_b", Peer.Redelivery.DEFAULT, true), ANY);
        Forward second = forward(peer("stk_b", Peer.Redelivery.DEFAULT, true), ANY);
        second.leaveUnreached();
        visit(second, other);

        // When
        open("stk_c");
        peers = List.of(other, peer("stk_b", Peer.Redelivery.DEFAULT, true));

        // Then
        assertThat(advice().judge(forward, unreachable(), NOW)).isEqualTo(Decision.TRY_AGAIN);
        assertThat(advice().judge(second, unreachable(), NOW)).isNotEqualTo(Decision.FAIL_OVER);
    }

    @Test
    void shouldNotCallAPeerAgainThatWasRevoked() {
        // Given
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        forward.attempt();
        forward.visit().revoke();

        // Then
        assertThat(advice().judge(forward, failure(500), NOW)).isEqualTo(Decision.PEER_REVOKED);
        assertThatThrownBy(forward::attempt).isInstanceOf(FederationException.class);
    }

    @Test
    void shouldNotAskBlindlyAPeerThatSaysItHonoursNoKeys() {
        // Given
        known = new Capabilities(
                Set.of("runs_forward"), Set.of("idempotency_keys"), Set.of(), Optional.of("1.0"), true);
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        forward.attempt();

        // Then
        assertThat(advice().judge(forward, failure(500), NOW)).isEqualTo(Decision.KEYS_NOT_HONOURED);
    }

    @Test
    void shouldGoByTheSettingsOfTheMoment() {
        // Given
        RetryAdvice advice = advice();
        Forward forward = forward(Peer.Redelivery.DEFAULT);
        forward.attempt();
        Optional<Duration> byThePolicy = advice.ownDelay(forward, failure(500));

        // When
        maxAttempts = 1;
        baseBackoff = Duration.ofMillis(77);

        // Then
        assertThat(byThePolicy).isEmpty();
        assertThat(advice.judge(forward, failure(500), NOW)).isEqualTo(Decision.ATTEMPTS_USED);
        assertThat(advice.ownDelay(forward, failure(500)).orElseThrow())
                .isBetween(Duration.ofMillis(1), baseBackoff.multipliedBy(2));
    }

    private RetryAdvice advice() {
        PeerRegistry registry = new PeerRegistry(ForwardBench.info("stk_local"), peers, true);
        PeerChoice choice =
                new PeerChoice(registry, new PeerPolicy(), peer -> known, new FixedLoad(guards), new Random(1));
        return new RetryAdvice(this::settings, choice, new Random(1));
    }

    private ForwardSettings settings() {
        ForwardSettings base = ForwardBench.settings(Path.of("."));
        return new ForwardSettings(
                base.indexFile(),
                maxAttempts,
                baseBackoff,
                base.multiplier(),
                base.jitter(),
                base.maxBackoff(),
                statuses,
                base.deadline(),
                base.attemptTimeout(),
                base.connectTimeout(),
                base.inFlightPerPeer(),
                base.inFlight(),
                base.placeWait(),
                base.waitingPerPeer(),
                base.keyRetention(),
                base.compactAfterEntries());
    }

    private void open(String stackId) {
        for (int i = 0; i < 20; i++) {
            guards.of(stackId).breaker().tryAcquire().ifPresent(permit -> permit.end(Verdict.UNWELL));
        }
    }

    private Duration delayAfterNextAttempt(Forward forward) {
        forward.attempt();
        return advice().ownDelay(forward, failure(500)).orElseThrow();
    }

    private static PeerFailure failure(int status) {
        return new PeerFailure(status, Outcome.FAILED, false, status >= 500, Optional.empty());
    }

    private static PeerFailure unreachable() {
        return new PeerFailure(0, Outcome.UNREACHABLE, true, false, Optional.empty());
    }

    private Forward forward(Peer.Redelivery redelivery) {
        return forward(peer("stk_b", redelivery, true), "{\"stack_id\":\"stk_b\"}");
    }

    private Forward forward(Peer peer, String selector) {
        byte[] body = ForwardBench.body(selector, "agt_plan", "").getBytes(StandardCharsets.UTF_8);
        Forward forward =
                new Forward(ForwardRequest.parse(body), ForwardBench.caller("tnt_a", "prn_a"), "key_1", false, NOW);
        visit(forward, peer);
        return forward;
    }

    private void visit(Forward forward, Peer peer) {
        PeerGuards.Guard guard = guards.of(peer.stackId());
        Permit permit = guard.breaker().tryAcquire().orElseThrow();
        forward.visit(new PeerVisit(peer, guard, () -> {}, permit, 1), Duration.ofSeconds(30));
    }

    private static Peer peer(String stackId, Peer.Redelivery redelivery, boolean keysHonoured) {
        return new Peer(
                ForwardBench.info(stackId),
                URI.create("http://peer.example"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                redelivery,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                keysHonoured);
    }
}
