package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.agentos.federation.mirror.MirrorFixture.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.tls.TlsFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer must be who it is configured to be, and is shown our certificate. */
class MirrorTlsTest {
    @TempDir
    static Path directory;

    private static PemIdentity server;
    private static PemIdentity client;

    @BeforeAll
    static void createCertificates() throws Exception {
        server = PemIdentity.create(directory, "server", "ip:127.0.0.1");
        client = PemIdentity.create(directory, "client", "uri:spiffe://agentos/stack/stk_own");
    }

    @Test
    void shouldShowTheClientCertificate() {
        try (MirrorFixture mirrors = new MirrorFixture(10, tls(Optional.of(client), server), null);
                WirePeer peer = peer(mirrors)) {
            // When
            mirrors.supervisor.forwarded(run(peer.baseUrl()));

            // Then
            await().until(() -> !mirrors.ends.isEmpty());
            assertThat(mirrors.ends.get(0).sealed()).isTrue();
        }
    }

    @Test
    void shouldNotGetInWithoutACertificate() {
        try (MirrorFixture mirrors = new MirrorFixture(10, tls(Optional.empty(), server), null);
                WirePeer peer = peer(mirrors)) {
            // When
            mirrors.supervisor.forwarded(run(peer.baseUrl()));

            // Then
            mirrors.awaitPhase(Phase.BACKING_OFF);
            assertThat(peer.streams()).isEmpty();
        }
    }

    @Test
    void shouldSendNothingToAHostThatTheCertificateDoesNotName() {
        try (MirrorFixture mirrors = new MirrorFixture(10, tls(Optional.of(client), server), null);
                WirePeer peer = peer(mirrors)) {
            // When
            URI otherName = peer.baseUrl("localhost");
            mirrors.supervisor.forwarded(run(otherName));

            // Then
            mirrors.awaitPhase(Phase.BACKING_OFF);
            assertThat(mirrors.lastError()).isEqualTo("tls_failed");
            assertThat(peer.streams()).isEmpty();
        }
    }

    @Test
    void shouldSendNothingToAPeerOfAnotherCa() {
        try (MirrorFixture mirrors = new MirrorFixture(10, tls(Optional.of(client), client), null);
                WirePeer peer = peer(mirrors)) {
            // When
            mirrors.supervisor.forwarded(run(peer.baseUrl()));

            // Then
            mirrors.awaitPhase(Phase.BACKING_OFF);
            assertThat(mirrors.lastError()).isEqualTo("tls_failed");
            assertThat(peer.streams()).isEmpty();
        }
    }

    @Test
    void shouldShowAndTrustWhatIsTakenOverFromTheNextConnectionOn() {
        try (MirrorFixture mirrors = new MirrorFixture(10, tls(Optional.empty(), client), null);
                WirePeer peer = peer(mirrors)) {
            // Given
            mirrors.supervisor.forwarded(run(peer.baseUrl()));
            mirrors.awaitPhase(Phase.BACKING_OFF);

            // When
            mirrors.live.become(new TlsFiles(Instant.now())
                    .client(tls(Optional.of(client), server))
                    .orElseThrow());

            // Then
            mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());
            assertThat(mirrors.ends.get(0).sealed()).isTrue();
        }
    }

    private static WirePeer peer(MirrorFixture mirrors) {
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(server.certificate().toString())
                        .addKeyPath(server.key().toString()))
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(client.certificate().toString()));
        WirePeer peer = new WirePeer(mirrors.vertx, options);
        peer.onStream((request, wire) -> wire.head().frame(terminal(1)).end());
        return peer;
    }

    private static ClientTls tls(Optional<PemIdentity> own, PemIdentity ca) {
        return new ClientTls(
                own.map(PemIdentity::certificate), own.map(PemIdentity::key), Optional.of(ca.certificate()));
    }
}
