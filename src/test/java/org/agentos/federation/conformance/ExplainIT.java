package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the command foretells is what the gateway does. */
class ExplainIT {
    private static final Map<String, Object> POLICY = Map.of(
            "directions",
            List.of("forward", "ingest"),
            "tenants",
            List.of(Sample.TENANT),
            "agents",
            List.of("agt_1"),
            "event_types",
            List.of("agentos.run.*"),
            "max_event_bytes",
            1000);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b", Map.of("policy", POLICY))
            .peer("stk_none", Map.of("policy", Map.of("directions", List.of())))
            .peer("stk_try", Map.of("policy", Map.of("directions", List.of(), "dry_run", true)));

    @Test
    void shouldForetellForwards() {
        assertThat(explain(0, "stk_b", "forward", "--agent", "agt_1")).contains("allowed: forward", "nothing forbids");
        assertThat(explain(1, "stk_b", "forward", "--agent", "agt_other")).contains("policy.agents", "403 forbidden");
        assertThat(explain(1, "stk_none", "forward")).contains("policy.directions");
        assertThat(explain(1, "stk_unknown", "forward"))
                .contains("the registry has no such peer", "404 peer_not_found");
        assertThat(explainFor("tnt_other", 1, "stk_b", "forward"))
                .contains("rule: policy.tenants", "404 peer_not_found");
        assertThat(GATEWAY.forward(Sample.forward("stk_b", Sample.key())).status())
                .isEqualTo(200);
        assertThat(GATEWAY.forward(Sample.forward("stk_none", Sample.key())).status())
                .isEqualTo(403);
        assertThat(GATEWAY.forward(Sample.forward("stk_unknown", Sample.key())).status())
                .isEqualTo(404);
    }

    @Test
    void shouldForetellPushes() {
        assertThat(explain(0, "stk_b", "ingest", "--event-type", "agentos.run.started", "--agent", "agt_1"))
                .contains("the name is believed");
        assertThat(explain(1, "stk_b", "ingest", "--event-type", "agentos.step.started", "--agent", "agt_1"))
                .contains("policy.event_types");
        assertThat(explain(
                        1,
                        "stk_b",
                        "ingest",
                        "--event-type",
                        "agentos.run.started",
                        "--agent",
                        "agt_1",
                        "--bytes",
                        "1001"))
                .contains("policy.max_event_bytes");
        assertThat(explain(1, "stk_none", "ingest")).contains("policy.directions", "403 forbidden");
    }

    @Test
    void shouldForetellWhatADryRunLetsPass() {
        assertThat(explain(0, "stk_try", "forward"))
                .contains("policy.dry_run of peer stk_try lets it pass; policy.directions would deny");
        assertThat(explain(0, "stk_try", "stream")).contains("allowed: stream");
        assertThat(explain(1, "stk_none", "stream")).contains("policy.directions");
        assertThat(GATEWAY.forward(Sample.forward("stk_try", Sample.key())).status())
                .isEqualTo(200);
    }

    @Test
    void shouldTellAQuestionThatCannotBeUsedFromADenial() {
        assertThat(explain(2, "stk_b", "fly")).contains("--action");
        assertThat(explain(
                        2,
                        "stk_b",
                        "ingest",
                        "--certificate",
                        Path.of("no-such.pem").toString()))
                .contains("no-such.pem");
    }

    private static String explain(int exitCode, String peer, String action, String... more) {
        return explainFor(Sample.TENANT, exitCode, peer, action, more);
    }

    private static String explainFor(String tenant, int exitCode, String peer, String action, String... more) {
        List<String> line = new ArrayList<>(List.of("explain", "--tenant", tenant, "--peer", peer, "--action", action));
        line.addAll(List.of(more));
        GatewayProcess.Ended ended = GATEWAY.process().command(line.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(exitCode);
        return ended.output();
    }
}
