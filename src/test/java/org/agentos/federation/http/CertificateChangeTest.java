package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.support.TestCa;
import org.agentos.federation.support.TlsConnection;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.PeerTls;
import org.agentos.federation.tls.TlsFiles;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates turn to others under connections that stay. */
class CertificateChangeTest {
    @TempDir
    static Path directory;

    private static TestCa ours;
    private static TestCa next;
    private static Path both;
    private final ProbePublisher stream = new ProbePublisher();
    private TestGateway gateway;

    @BeforeAll
    static void issue() throws IOException {
        ours = new TestCa(directory.resolve("ours")).stack("stk_a").stack("stk_b");
        next = new TestCa(directory.resolve("next")).stack("stk_a").stack("stk_b");
        both = Files.writeString(
                directory.resolve("both.pem"), Files.readString(ours.authority()) + Files.readString(next.authority()));
    }

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(
                TestGateway.limits().tls(server(ours, ours.authority())).settings(), new Routes());
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void shouldShowTheNewCertificateToNewConnectionsAndLeaveOpenOnesAlone() throws Exception {
        // Given
        SSLContext client = TestCa.context(client(ours, both));
        try (TlsConnection idle = connect(client);
                TlsConnection reading = connect(client)) {
            idle.get("/who", "");
            reading.get("/stream", "");

            // When
            become(server(next, both));

            // Then
            awaitIssuedBy(next, client);
            assertThat(idle.get("/who", "").text()).endsWith(serial(ours));
            await().until(() -> stream.offer(Buffer.buffer("still here")));
            assertThat(reading.readUntil("still here")).isNotEmpty();
        }
    }

    @Test
    void shouldRefuseTheNextRequestOfAClientWhoseCaIsTrustedNoMore() throws Exception {
        // Given
        SSLContext client = TestCa.context(client(ours, both));
        SSLContext other = TestCa.context(client(next, both));
        try (TlsConnection kept = connect(client);
                TlsConnection reading = connect(client)) {
            assertThat(kept.get("/who", "").status()).isEqualTo(200);
            reading.get("/stream", "");

            // When
            become(server(ours, next.authority()));

            // Then
            assertRefused(kept);
            assertThat(reading.isClosed()).isTrue();
            await().until(stream::canceled);
            await().untilAsserted(() -> assertThatThrownBy(() -> whoIs(client)).isInstanceOf(IOException.class));
            assertThat(whoIs(other)).endsWith(serial(next));
        }
    }

    @Test
    void shouldRefuseTheNextRequestOfAClientWhoseCertificateIsOver() throws Exception {
        // Given
        try (TlsConnection kept = connect(ours.context(Optional.of("stk_b")))) {
            assertThat(kept.get("/who", "").status()).isEqualTo(200);

            // When
            gateway.now.set(Instant.now().plus(Duration.ofDays(3)));

            // Then
            assertRefused(kept);
        }
    }

    @Test
    void shouldEndTheStreamOfAClientWhoseCertificateIsOver() throws Exception {
        // Given
        try (TlsConnection reading = connect(ours.context(Optional.of("stk_b")))) {
            assertThat(reading.get("/stream", "").status()).isEqualTo(200);

            // When
            gateway.now.set(Instant.now().plus(Duration.ofDays(3)));

            // Then
            assertThat(reading.isClosed()).isTrue();
        }
    }

    @Test
    void shouldCallPeersWithTheNewCertificate() throws Exception {
        // Given
        become(server(ours, both));
        LiveTls peers = live(client(ours, ours.authority()));
        try (TestGateway caller = TestGateway.with()) {
            caller.camel.getComponent("https", HttpComponent.class).setSslContextParameters(new PeerTls(peers));
            assertThat(call(caller).getMessage().getBody(String.class)).isEqualTo(serial(ours));

            // When
            peers.become(live(client(next, both)).now());

            // Then
            assertThat(call(caller).getMessage().getBody(String.class)).isEqualTo(serial(next));

            // When
            peers.become(live(client(next, next.authority())).now());

            // Then
            assertThat(call(caller).getException()).isInstanceOf(IOException.class);
        }
    }

    private static String serial(TestCa ca) {
        return ca.read("stk_b").getSerialNumber().toString();
    }

    private Exchange call(TestGateway caller) {
        return caller.camel
                .createFluentProducerTemplate()
                .to("https://127.0.0.1:" + gateway.port() + "/who")
                .send();
    }

    private static void assertRefused(TlsConnection kept) throws IOException {
        TlsConnection.Reply refused = kept.get("/who", "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).containsIgnoringCase("connection: close").contains("certificate_not_trusted");
        assertThat(kept.isClosed()).isTrue();
    }

    private void awaitIssuedBy(TestCa ca, SSLContext client) {
        await().untilAsserted(() -> {
            try (TlsConnection fresh = connect(client)) {
                assertThat(fresh.shown()).isEqualTo(ca.read("stk_a"));
            }
        });
    }

    private String whoIs(SSLContext client) throws IOException {
        try (TlsConnection fresh = connect(client)) {
            return fresh.get("/who", "").text();
        }
    }

    private TlsConnection connect(SSLContext context) throws IOException {
        return new TlsConnection(context, URI.create("https://127.0.0.1:" + gateway.port()));
    }

    private void become(ServerTls files) {
        gateway.tls
                .orElseThrow()
                .become(new TlsFiles(Instant.now()).server(files).orElseThrow());
    }

    private static ServerTls server(TestCa ca, Path trusted) {
        return new ServerTls(ca.certificate("stk_a"), ca.key("stk_a"), Optional.of(trusted), true);
    }

    private static ClientTls client(TestCa ca, Path trusted) {
        return new ClientTls(Optional.of(ca.certificate("stk_b")), Optional.of(ca.key("stk_b")), Optional.of(trusted));
    }

    private static LiveTls live(ClientTls files) {
        return new LiveTls(new TlsFiles(Instant.now()).client(files).orElseThrow(), InstantSource.system());
    }

    private final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("platform-http:/who").process(exchange -> exchange.getMessage()
                    .setBody(exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                            .clientCertificates()
                            .get(0)
                            .getSerialNumber()
                            .toString()));
            from("platform-http:/stream")
                    .process(exchange -> exchange.getMessage().setBody(stream));
        }
    }
}
