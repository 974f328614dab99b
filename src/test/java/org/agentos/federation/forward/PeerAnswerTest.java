package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.Test;

class PeerAnswerTest {
    @Test
    void shouldNotTakeARunForDeletedBecauseItsPeerSaysSo() {
        try (ScriptedPeer scripted = new ScriptedPeer()) {
            // Given
            Peer peer = ForwardBench.peer("stk_b", scripted);
            String said = ScriptedPeer.run("run_1").replace("running", ForwardEntry.DELETED);

            // When
            PeerAnswer answer = PeerAnswer.read(peer, said.getBytes(StandardCharsets.UTF_8));

            // Then
            assertThat(answer.status()).isEqualTo("queued");
        }
    }
}
