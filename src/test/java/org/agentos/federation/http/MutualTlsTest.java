package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.support.TestCertificates;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.PeerTls;
import org.agentos.federation.tls.TlsFiles;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutualTlsTest {
    private static final TestCertificates OURS = TestCertificates.ours();
    private static final TestCertificates OTHERS = TestCertificates.others();
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        ServerTls tls = new ServerTls(
                OURS.certificate("server"), OURS.key("server"), Optional.of(OURS.certificate("ca")), true);
        gateway = new TestGateway(TestGateway.limits().tls(tls).settings(), new Routes());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void shouldGiveTheRouteTheClientsChain() throws Exception {
        // When
        Exchange answer = call(tls(Optional.of("client"), OURS), "127.0.0.1");

        // Then
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("spiffe://agentos/stack/stk_b");
        assertThat(gateway.engine.getScheme()).isEqualTo("https");
    }

    @Test
    void shouldKeepOutAClientWithoutACertificate() throws Exception {
        assertThat(call(tls(Optional.empty(), OURS), "127.0.0.1").getException())
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldKeepOutAClientOfAnotherCa() throws Exception {
        // Given
        ClientTls foreign = new ClientTls(
                Optional.of(OTHERS.certificate("client")),
                Optional.of(OTHERS.key("client")),
                Optional.of(OURS.certificate("ca")));

        // Then
        assertThat(call(foreign, "127.0.0.1").getException()).isInstanceOf(IOException.class);
    }

    @Test
    void shouldNotCallAPeerWhoseNameOrCaIsAnother() throws Exception {
        assertThat(call(tls(Optional.of("client"), OURS), "localhost").getException())
                .isInstanceOf(SSLException.class);
        assertThat(call(tls(Optional.empty(), OTHERS), "127.0.0.1").getException())
                .isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldSpeakTls12And13(String protocol) throws Exception {
        try (SSLSocket socket = connect(protocol)) {
            // When
            socket.startHandshake();
            socket.getOutputStream()
                    .write("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            // Then
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void shouldCloseOnAClientThatSpeaksPlain() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            plain.getOutputStream().write("GET /who HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP");
        }
    }

    private static SSLSocket connect(String protocol) throws Exception {
        SSLContext context = peerTls(tls(Optional.of("client"), OURS)).createSSLContext(gateway.camel);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    private static PeerTls peerTls(ClientTls tls) {
        return new PeerTls(new LiveTls(new TlsFiles(Instant.now()).client(tls).orElseThrow(), InstantSource.system()));
    }

    private static ClientTls tls(Optional<String> name, TestCertificates trusted) {
        return new ClientTls(name.map(OURS::certificate), name.map(OURS::key), Optional.of(trusted.certificate("ca")));
    }

    /** Through camel-http, as peers are called. */
    private static Exchange call(ClientTls tls, String host) throws Exception {
        try (TestGateway client = TestGateway.with()) {
            client.camel.getComponent("https", HttpComponent.class).setSslContextParameters(peerTls(tls));
            return client.camel
                    .createFluentProducerTemplate()
                    .to("https://" + host + ":" + gateway.port() + "/who")
                    .send();
        }
    }

    private static final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("platform-http:/who").process(exchange -> {
                InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
                X509Certificate leaf = request.clientCertificates().get(0);
                exchange.getMessage()
                        .setBody(leaf.getSubjectAlternativeNames()
                                .iterator()
                                .next()
                                .get(1));
            });
        }
    }
}
