package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerCapabilitiesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void stop() {
        join(vertx.close().toCompletionStage());
    }

    @Test
    void shouldRememberWhatPeerSays() {
        // Given
        PeerCapabilities capabilities = capabilities(request -> {
            assertThat(request.path()).isEqualTo("/base/v1/federation/peer/capabilities");
            request.response().end("{\"capabilities\": [\"tool.hosting\"]}");
        });

        // When
        capabilities.start();
        await().until(() -> capabilities.answer("stk_b").isPresent());

        // Then
        assertThat(capabilities.answer("stk_b"))
                .contains(new PeerCapabilities.Answer(new Capabilities(Set.of("tool_hosting"), Set.of(), true), NOW));
        assertThat(capabilities.of("stk_b").supports("runs_forward")).isFalse();
        capabilities.close();
    }

    @Test
    void shouldAssumeTheBasicsOfPeerThatCannotBeAsked() {
        // Given
        PeerCapabilities capabilities = new PeerCapabilities(
                registry(Optional.empty()), vertx, vertx.createHttpClient(), asked -> "Bearer own", () -> NOW);

        // When
        capabilities.start();

        // Then
        assertThat(capabilities.of("stk_b")).isEqualTo(Capabilities.ASSUMED);
        capabilities.close();
    }

    @Test
    void shouldAssumeTheBasicsOfPeerThatRefuses() {
        assertThat(afterOneAnswer(
                        request -> request.response().setStatusCode(500).end("{\"capabilities\": []}")))
                .isEqualTo(Capabilities.ASSUMED);
    }

    @Test
    void shouldNotFollowPeerElsewhere() {
        assertThat(afterOneAnswer(request -> request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/elsewhere")
                        .end()))
                .isEqualTo(Capabilities.ASSUMED);
    }

    @Test
    void shouldNotReadAnswerWithoutEnd() {
        assertThat(afterOneAnswer(request -> request.response()
                        .end(Buffer.buffer(new byte[PeerCapabilities.MAX_BYTES]).appendString("{}"))))
                .isEqualTo(Capabilities.ASSUMED);
    }

    @Test
    void shouldCallAPeerSilentUntilItAnswers() {
        // Given
        PeerCapabilities capabilities =
                capabilities(request -> request.response().end("{\"capabilities\": []}"));
        boolean before = capabilities.isSilent(peer(Optional.of(URI.create("http://peer.example"))));

        // When
        capabilities.start();
        await().until(() -> capabilities.answer("stk_b").isPresent());

        // Then
        assertThat(before).isTrue();
        await().until(() -> !capabilities.isSilent(peer(Optional.of(URI.create("http://peer.example")))));
        assertThat(capabilities.isSilent(peer(Optional.empty()))).isFalse();
        capabilities.close();
    }

    private Capabilities afterOneAnswer(Consumer<HttpServerRequest> peer) {
        AtomicInteger ended = new AtomicInteger();
        PeerCapabilities capabilities = capabilities(request -> {
            request.connection().closeHandler(closed -> ended.incrementAndGet());
            request.response().endHandler(end -> ended.incrementAndGet());
            peer.accept(request);
        });
        capabilities.start();
        await().until(() -> ended.get() > 0);
        capabilities.close();
        assertThat(asked).hasValue(1);
        return capabilities.of("stk_b");
    }

    private PeerCapabilities capabilities(Consumer<HttpServerRequest> peer) {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            asked.incrementAndGet();
            peer.accept(request);
        });
        join(server.listen(0, "127.0.0.1").toCompletionStage());
        URI base = URI.create("http://127.0.0.1:" + server.actualPort() + "/base");
        return new PeerCapabilities(
                registry(Optional.of(base)), vertx, vertx.createHttpClient(), asked -> "Bearer own", () -> NOW);
    }

    private static PeerRegistry registry(Optional<URI> federationBaseUrl) {
        Peer peer = peer(federationBaseUrl);
        return new PeerRegistry(peer.info(), List.of(peer), true);
    }

    private static Peer peer(Optional<URI> federationBaseUrl) {
        return new Peer(
                new PeerInfo("stk_b", null, null, null, null, null),
                URI.create("http://127.0.0.1:1"),
                List.of(),
                federationBaseUrl,
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
