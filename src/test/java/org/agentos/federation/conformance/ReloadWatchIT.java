package org.agentos.federation.conformance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes that the gateway finds by itself, in a file that is written and behind a link that is turned. */
class ReloadWatchIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_b").peer("stk_c").environment("AGENTOS_FED_RELOAD_INTERVAL", "100ms");

    @Test
    void shouldTakeOverWhatIsWrittenAndWhatALinkPointsTo() throws IOException {
        // Given
        Peers peers = new Peers(GATEWAY);

        // When
        peers.write(Map.of("stk_c", Map.of()));

        // Then
        awaitForward("stk_b", 404);

        // When
        Path folder = Files.createDirectories(peers.file().resolveSibling("..data"));
        Path target = peers.registry(Map.of("stk_b", Map.of())).writeTo(folder.resolve("peers.json"));
        Path link = Files.createSymbolicLink(folder.resolveSibling("peers.json.new"), target);
        Files.move(link, peers.file(), StandardCopyOption.ATOMIC_MOVE);

        // Then
        awaitForward("stk_b", 200);
        awaitForward("stk_c", 404);
    }

    private static void awaitForward(String stackId, int status) {
        await().atMost(PATIENCE)
                .until(() ->
                        GATEWAY.forward(Sample.forward(stackId, Sample.key())).status() == status);
    }
}
