package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are in trouble for a while: what that costs while it lasts, and that it leaves nothing behind. */
class TroubledPeerTest {
    private final MirrorFixture mirrors = new MirrorFixture();
    private final WirePeer peer = new WirePeer(mirrors.vertx);

    @AfterEach
    void close() {
        mirrors.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"run\":"})
    void shouldGiveUpAStatusThatDoesNotEnd(String begun) {
        // Given
        peer.onStatus((request, wire) ->
                wire.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n" + begun));
        RunStatus status = new RunStatus(mirrors.calls, Duration.ofMillis(100));

        // When
        Optional<RunEnd> told = status.ask(run(peer.baseUrl()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        // Then
        assertThat(told).isEmpty();
        await().until(() -> peer.openConnections() == 0);
    }
}
