package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.agentos.federation.trust.PeerPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerChoiceTest {
    private static final Allowance ONLY_A = new Allowance(List.of("tnt_a"));
    private final List<Peer> peers = new ArrayList<>();
    private final Map<String, Capabilities> known = new HashMap<>();
    private final PeerGuards guards = new PeerGuards(
            new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofSeconds(10), 1),
            new RetryBudgetSettings(0.1, 10),
            () -> Instant.EPOCH,
            stackId -> true);
    private final FixedLoad load = new FixedLoad(guards);
    private final Random random = new Random(1);
    private final List<String> explain = new ArrayList<>();

    @Test
    void shouldTakeTheNamedPeer() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);

        // Then
        assertThat(choose(named("stk_b"), "tnt_a", "agt")).isEqualTo("stk_b");
    }

    @Test
    void shouldNotTellOfAPeerTheTenantMayNotUse() {
        // Given
        peer("stk_b", "eu", ForwardBench.policy(Allowance.ALL, ONLY_A, Allowance.ALL));

        // When
        FederationException unknown = refusal(named("stk_x"), "tnt_z", "agt");
        FederationException hidden = refusal(named("stk_b"), "tnt_z", "agt");

        // Then
        assertThat(hidden.code()).isEqualTo(ErrorCode.PEER_NOT_FOUND);
        assertThat(hidden).hasMessage(unknown.getMessage());
    }

    @Test
    void shouldForbidAgentsAndDirectionsOutsideThePolicy() {
        // Given
        peer("stk_b", "eu", ForwardBench.policy(Allowance.ALL, Allowance.ALL, new Allowance(List.of("agt_ok"))));
        peer("stk_c", "eu", ForwardBench.policy(new Allowance(List.of("ingest")), Allowance.ALL, Allowance.ALL));

        // Then
        assertThat(refusal(named("stk_b"), "tnt_a", "agt").details()).containsEntry("reason", "agent");
        assertThat(refusal(named("stk_c"), "tnt_a", "agt").details()).containsEntry("reason", "direction");
        assertThat(refusal(named("stk_c"), "tnt_a", "agt").code()).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void shouldAssumeWhatEveryPeerMustDo() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);

        // When
        FederationException refusal = refusal(
                new TargetSelector(
                        Optional.of("stk_b"),
                        Optional.of("us"),
                        List.of("runs.forward", "events_stream", "tool.hosting"),
                        Optional.empty()),
                "tnt_a",
                "agt");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED);
        assertThat(refusal.details()).isEqualTo(Map.of("missing", List.of("tool.hosting", "region:us")));
    }

    @Test
    void shouldChooseByRegionAndCapability() {
        // Given
        peer("stk_b", "us", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_d", "eu", Peer.Policy.UNRESTRICTED);
        known.put("stk_d", new Capabilities(Set.of("runs_forward", "tool_hosting"), Set.of(), true));

        // Then
        assertThat(choose(selector("eu", List.of("tool.hosting"), null), "tnt_a", "agt"))
                .isEqualTo("stk_d");
        assertThat(explain)
                .containsExactly(
                        "stk_b: refused, misses [tool.hosting, region:eu]",
                        "stk_c: refused, misses [tool.hosting]",
                        "stk_d: first of 1 that fit, forwards there 0");
    }

    @Test
    void shouldPreferTheTierThenTheLeastBusy() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_d", "eu", Peer.Policy.UNRESTRICTED);
        known.put("stk_d", new Capabilities(Set.of("runs_forward"), Set.of("large"), true));
        load.forwards.putAll(Map.of("stk_b", 3, "stk_d", 5));

        // Then
        assertThat(choose(selector("eu", List.of(), "large"), "tnt_a", "agt")).isEqualTo("stk_d");
        assertThat(choose(selector("eu", List.of(), "none has it"), "tnt_a", "agt"))
                .isEqualTo("stk_c");
        assertThat(choose(selector("eu", List.of(), null), "tnt_a", "agt")).isEqualTo("stk_c");
    }

    @Test
    void shouldSpreadAmongEquals() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);

        // When
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            chosen.add(choose(selector("eu", List.of(), null), "tnt_a", "agt"));
        }

        // Then
        assertThat(chosen).containsExactlyInAnyOrder("stk_b", "stk_c");
    }

    @Test
    void shouldTakeFullAndSilentPeersLast() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_d", "eu", Peer.Policy.UNRESTRICTED);
        load.forwards.put("stk_d", 9);
        load.full.add("stk_b");
        load.silent.add("stk_c");

        // Then
        assertThat(ranked(selector("eu", List.of(), null))).containsExactly("stk_d", "stk_c", "stk_b");
    }

    @Test
    void shouldLeaveOutPeersWhoseBreakerIsOpen() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);
        for (int i = 0; i < 20; i++) {
            guards.of("stk_b").breaker().tryAcquire().orElseThrow().end(PeerBreaker.Verdict.UNWELL);
        }

        // Then
        assertThat(ranked(selector("eu", List.of(), null))).containsExactly("stk_c");
        assertThat(explain)
                .containsExactly("stk_b: refused, its breaker is open", "stk_c: first of 1 that fit, forwards there 0");
        peers.remove(1);
        assertThat(ranked(selector("eu", List.of(), null))).containsExactly("stk_b");
    }

    @Test
    void shouldNotChooseAPeerTwice() {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);

        // Then
        assertThat(ranked(selector("eu", List.of(), null), Set.of("stk_b"))).containsExactly("stk_c");
        assertThat(catchThrowableOfType(
                                FederationException.class,
                                () -> ranked(selector("eu", List.of(), null), Set.of("stk_b", "stk_c")))
                        .code())
                .isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
    }

    @Test
    void shouldTryAPolicyOutWithoutEnforcingIt() {
        // Given
        Allowance none = new Allowance(List.of());
        peer("stk_b", "eu", new Peer.Policy(none, Allowance.ALL, none, none, OptionalInt.empty(), true));
        peer("stk_c", "eu", new Peer.Policy(none, ONLY_A, none, none, OptionalInt.empty(), true));

        // Then
        assertThat(choose(named("stk_b"), "tnt_z", "agt")).isEqualTo("stk_b");
        assertThat(ranked(selector("eu", List.of(), null))).hasSize(2);
        assertThat(refusal(named("stk_c"), "tnt_z", "agt").code()).isEqualTo(ErrorCode.PEER_NOT_FOUND);
    }

    @Test
    void shouldSayThatPolicyForbidsTheOnlyPeerThatFits() {
        // Given
        peer("stk_b", "eu", ForwardBench.policy(Allowance.ALL, Allowance.ALL, new Allowance(List.of("agt_ok"))));

        // When
        FederationException refusal = refusal(selector("eu", List.of(), null), "tnt_a", "agt");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal.details()).containsEntry("reason", "agent");
    }

    @Test
    void shouldSayWhatWasAskedWhenNoPeerFits() {
        // Given
        peer("stk_b", "us", Peer.Policy.UNRESTRICTED);

        // When
        FederationException refusal = refusal(selector("eu", List.of("x"), null), "tnt_a", "agt");

        // Then
        assertThat(refusal.details()).isEqualTo(Map.of("missing", List.of("x", "region:eu")));
    }

    @Test
    void shouldSayOnlyWhatTheNearestPeerMisses() {
        // Given
        peer("stk_b", "us", Peer.Policy.UNRESTRICTED);
        peer("stk_c", "eu", Peer.Policy.UNRESTRICTED);

        // When
        FederationException refusal = refusal(selector("eu", List.of("runs.forward", "x"), null), "tnt_a", "agt");

        // Then
        assertThat(refusal.details()).isEqualTo(Map.of("missing", List.of("x")));
    }

    @ParameterizedTest
    @CsvSource({"v1, true", "1.0, true", "v1.02, true", "v2, false", "v10, false"})
    void shouldCallOnlyPeersThatSpeakOurVersion(String version, boolean spoken) {
        // Given
        peer("stk_b", "eu", Peer.Policy.UNRESTRICTED, List.of("v3", version));

        // When
        FederationException refusal = refusal(named("stk_b"), "tnt_a", "agt");

        // Then
        if (spoken) {
            assertThat(refusal).isNull();
        } else {
            assertThat(refusal.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED);
            assertThat(refusal.details()).isEqualTo(Map.of("missing", List.of("api_version:v1")));
        }
    }

    private void peer(String stackId, String region, Peer.Policy policy) {
        peer(stackId, region, policy, List.of());
    }

    private void peer(String stackId, String region, Peer.Policy policy, List<String> apiVersions) {
        peers.add(new Peer(
                new PeerInfo(stackId, "test", region, apiVersions, null, null),
                URI.create("http://peer.example"),
                List.of(),
                Optional.empty(),
                policy,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true));
    }

    private static TargetSelector named(String stackId) {
        return new TargetSelector(Optional.of(stackId), Optional.empty(), List.of(), Optional.empty());
    }

    private static TargetSelector selector(String region, List<String> capabilities, String tier) {
        return new TargetSelector(Optional.empty(), Optional.of(region), capabilities, Optional.ofNullable(tier));
    }

    private String choose(TargetSelector selector, String tenantId, String agentId) {
        return choice().choose(new PeerChoice.Question(selector, tenantId, agentId, Set.of()), explain)
                .get(0)
                .stackId();
    }

    private List<String> ranked(TargetSelector selector) {
        return ranked(selector, Set.of());
    }

    private List<String> ranked(TargetSelector selector, Set<String> tried) {
        explain.clear();
        return choice().choose(new PeerChoice.Question(selector, "tnt_a", "agt", tried), explain).stream()
                .map(Peer::stackId)
                .toList();
    }

    private PeerChoice choice() {
        PeerRegistry registry = new PeerRegistry(ForwardBench.info("stk_local"), peers, true);
        return new PeerChoice(
                registry,
                new PeerPolicy(),
                peer -> known.getOrDefault(peer.stackId(), Capabilities.ASSUMED),
                load,
                random);
    }

    private FederationException refusal(TargetSelector selector, String tenantId, String agentId) {
        return catchThrowableOfType(FederationException.class, () -> choose(selector, tenantId, agentId));
    }
}
