package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A forward that names no stack, with one peer that is down and one that is not. */
class FailoverIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b", Map.of("region", "region-of-stk_dead"))
            .deadPeer()
            .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1");

    @Test
    void shouldTurnToThePeerThatIsThereAndSaySo() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        int before = peer.runsStarted();
        List<String> explained = new ArrayList<>();

        // When
        for (int i = 0; i < 10; i++) {
            Answer answer = forward(Sample.key());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().at("/forwarded/remote_stack_id").asText()).isEqualTo("stk_b");
            answer.json().get("explain").forEach(line -> explained.add(line.asText()));
        }

        // Then
        assertThat(peer.runsStarted() - before).isEqualTo(10);
        assertThat(explained)
                .contains("stk_dead: attempt 1 unreachable, fail_over", "stk_dead: left, it could not be reached");
    }

    @Test
    void shouldStayWithAPeerThatMayHaveStartedTheRun() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String key = Sample.key();
        Reply lost = peer.startedThen(Reply.resetAfterReading());
        peer.script(On.RUN_CREATE, lost, lost, lost);
        int before = peer.runsStarted();

        // When
        Answer uncertain = forward(key);
        Answer settled = forward(key);

        // Then
        assertThat(uncertain.status()).as(uncertain.toString()).isEqualTo(503);
        assertThat(settled.json().at("/forwarded/remote_stack_id").asText()).isEqualTo("stk_b");
        assertThat(peer.runsStarted() - before).isEqualTo(1);
    }

    private static Answer forward(String key) {
        return GATEWAY.http()
                .post("/v1/federation/runs:forward?explain=true")
                .json(Sample.forward("stk_b", key)
                        .replace("\"stack_id\": \"stk_b\"", "\"region\": \"region-of-stk_dead\""))
                .send();
    }
}
