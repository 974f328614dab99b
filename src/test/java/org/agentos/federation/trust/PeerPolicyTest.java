package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerPolicyTest {
    private final PeerPolicy policy = new PeerPolicy();

    @ParameterizedTest
    @CsvSource({
        "forward, tnt_a, agt_a, -",
        "ingest, tnt_a, agt_a, DIRECTION",
        "*, tnt_a, agt_a, -",
        "forward, tnt_b, agt_a, TENANT",
        "forward, tnt_a, agt_b, AGENT",
        "ingest, tnt_b, agt_b, TENANT"
    })
    void shouldJudgeForwards(String direction, String tenant, String agent, String expected) {
        assertThat(named(policy.forward(restricted(direction, false), tenant, agent)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"ingest, tnt_a, -", "forward, tnt_a, DIRECTION", "*, tnt_a, -", "ingest, tnt_b, TENANT"})
    void shouldJudgeIngest(String direction, String tenant, String expected) {
        assertThat(named(policy.ingest(restricted(direction, false), tenant))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "agt_a, agentos.run.started, 100, -",
        "agt_a, agentos.run.started, 101, EVENT_SIZE",
        "agt_a, agentos.model.completed, 1, EVENT_TYPE",
        "agt_a, '', 1, EVENT_TYPE",
        "agt_b, agentos.run.started, 1, AGENT",
        "'', agentos.run.started, 1, AGENT"
    })
    void shouldJudgeEvents(String agent, String type, int bytes, String expected) {
        assertThat(named(policy.event(restricted("ingest", false), agent, type, bytes)))
                .isEqualTo(expected);
    }

    @Test
    void shouldRestrictNothingWithoutPolicy() {
        // Given
        Peer peer = TestPeers.peer("stk_b");

        // When / Then
        assertThat(policy.forward(peer, "any", "any")).isEmpty();
        assertThat(policy.ingest(peer, "any")).isEmpty();
        assertThat(policy.event(peer, "", "", Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldLetPeerDoNothingWhenItMayDoNothing() {
        // Given
        Peer peer = TestPeers.peer("stk_b", Peer.Policy.NOTHING);

        // When / Then
        assertThat(policy.mayUse(peer, "any")).isFalse();
        assertThat(policy.forward(peer, "any", "any")).contains(Denial.TENANT);
        assertThat(policy.ingest(peer, "any")).contains(Denial.TENANT);
    }

    @Test
    void shouldAllowInDryRunWhatPolicyDeniesTenantsApart() {
        // Given
        Peer peer = restricted("none", true);

        // When / Then
        assertThat(policy.forward(peer, "tnt_a", "agt_b")).isEmpty();
        assertThat(policy.ingest(peer, "tnt_a")).isEmpty();
        assertThat(policy.event(peer, "agt_b", "other", 1000)).isEmpty();
        assertThat(policy.forward(peer, "tnt_b", "agt_a")).contains(Denial.TENANT);
        assertThat(policy.ingest(peer, "tnt_b")).contains(Denial.TENANT);
        assertThat(policy.mayUse(peer, "tnt_b")).isFalse();
    }

    private static Peer restricted(String direction, boolean dryRun) {
        return TestPeers.peer(
                "stk_b",
                new Peer.Policy(
                        new Allowance(List.of(direction)),
                        new Allowance(List.of("tnt_a")),
                        new Allowance(List.of("agt_a")),
                        new Allowance(List.of("agentos.run.*")),
                        OptionalInt.of(100),
                        dryRun));
    }

    private static String named(Optional<Denial> denial) {
        return denial.map(Denial::name).orElse("-");
    }
}
