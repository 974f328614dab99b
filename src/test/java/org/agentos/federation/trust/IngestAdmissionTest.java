package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestAdmissionTest {
    private static final PeerRegistry REGISTRY = TestPeers.registry(
            TestPeers.peer("stk_b", policy("ingest", "tnt_a")),
            TestPeers.peer("stk_c", policy("forward", "*")),
            TestPeers.peer("stk_d"));

    /** Who may push a batch of tenant tnt_a: proven by certificate or token, named in the body, named in X-Peer-Id. */
    @ParameterizedTest(name = "proof in use {0}: proven {1}, body {2}, header {3} -> {4}")
    @CsvSource({
        "true, stk_b, -, -, stk_b",
        "true, stk_b, stk_b, -, stk_b",
        "true, stk_b, stk_b, stk_b, stk_b",
        "true, stk_b, stk_d, -, peer_mismatch",
        "true, stk_b, -, stk_d, peer_mismatch",
        "true, stk_b, stk_b, stk_d, peer_mismatch",
        "true, stk_b, peer_ci, -, peer_mismatch",
        "true, -, -, -, peer_not_proven",
        "true, -, stk_b, -, peer_not_proven",
        "true, -, peer_ci, -, peer_not_proven",
        "true, stk_c, -, -, direction",
        "true, stk_gone, -, -, peer_not_proven",
        "false, -, -, -, unknown",
        "false, -, peer_ci, -, unknown",
        "false, -, -, peer_ci, unknown",
        "false, -, stk_b, -, stk_b",
        "false, -, stk_b, stk_b, stk_b",
        "false, -, stk_b, peer_ci, peer_mismatch",
        "false, -, stk_c, -, direction",
        "false, stk_b, peer_ci, -, peer_mismatch"
    })
    void shouldSettleWhoPushes(boolean proofInUse, String proven, String body, String header, String expected) {
        assertThat(outcome(proofInUse, caller("tnt_a", proven, header), named(body)))
                .isEqualTo(expected);
    }

    @Test
    void shouldKeepPeerToTenantsOfItsPolicy() {
        assertThat(outcome(true, caller("tnt_b", "stk_b", "-"), Set.of())).isEqualTo("tenant");
    }

    @Test
    void shouldRefuseWithReason() {
        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class, () -> admission(true).admit(caller("tnt_a", "-", "-"), Set.of("stk_b")));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal.details()).containsEntry("reason", "peer_not_proven");
    }

    /** Who may write an event of a run, by who holds it. */
    @ParameterizedTest
    @CsvSource({"stk_b, stk_b, -", "stk_b, -, -", "stk_b, stk_d, HOLDER", "peer_ci, stk_d, -", "peer_ci, -, -"})
    void shouldLetOnlyTheHolderOfKnownPeersWrite(String name, String holder, String expected) {
        // Given
        IngestAdmission admission = admission(false);
        Pusher pusher = admission.admit(caller("tnt_a", "-", "-"), Set.of(name));

        // When
        Optional<Denial> denial =
                admission.judge(pusher, Optional.of(holder).filter(h -> !h.equals("-")), "agt", "agentos.x", 10);

        // Then
        assertThat(denial.map(Denial::name).orElse("-")).isEqualTo(expected);
    }

    @Test
    void shouldKeepEventsToPolicy() {
        // Given
        IngestAdmission admission = admission(true);
        Pusher pusher = admission.admit(caller("tnt_a", "stk_b", "-"), Set.of());

        // When / Then
        assertThat(admission.judge(pusher, Optional.empty(), "agt", "other", 10))
                .contains(Denial.EVENT_TYPE);
        assertThat(admission.judge(pusher, Optional.empty(), "agt", "agentos.x", 101))
                .contains(Denial.EVENT_SIZE);
    }

    @Test
    void shouldMakeOnlyConfiguredPeersHolders() {
        assertThat(admission(false).admit(caller("tnt_a", "-", "-"), Set.of("stk_b")))
                .isEqualTo(new Pusher(Optional.of("stk_b"), REGISTRY.find("stk_b"), false))
                .extracting(Pusher::holderToBe)
                .isEqualTo(Optional.of("stk_b"));
        assertThat(admission(false)
                        .admit(caller("tnt_a", "-", "-"), Set.of("peer_ci"))
                        .holderToBe())
                .isEmpty();
    }

    private static String outcome(boolean proofInUse, Caller caller, Set<String> named) {
        try {
            return admission(proofInUse)
                    .admit(caller, named)
                    .peer()
                    .map(Peer::stackId)
                    .orElse("unknown");
        } catch (FederationException e) {
            return e.details().get("reason").toString();
        }
    }

    private static IngestAdmission admission(boolean proofInUse) {
        return new IngestAdmission(REGISTRY, new PeerPolicy(), proofInUse);
    }

    private static Caller caller(String tenant, String proven, String header) {
        return new Caller(
                Optional.of(tenant),
                Optional.empty(),
                Caller.ALL_SCOPES,
                Optional.of(proven).filter(name -> !name.equals("-")),
                Optional.of(header).filter(name -> !name.equals("-")),
                Optional.empty(),
                "req_1",
                "cor_1",
                Optional.empty(),
                Optional.empty());
    }

    private static Set<String> named(String name) {
        return name.equals("-") ? Set.of() : Set.of(name);
    }

    private static Peer.Policy policy(String direction, String tenant) {
        return new Peer.Policy(
                new Allowance(List.of(direction)),
                new Allowance(List.of(tenant)),
                Allowance.ALL,
                new Allowance(List.of("agentos.*")),
                OptionalInt.of(100),
                false);
    }
}
