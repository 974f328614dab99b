package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.GatewayProcess.Ended;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TestCa;
import org.agentos.federation.support.TlsConnection;
import org.agentos.federation.support.TlsConnection.Reply;
import org.agentos.federation.support.TlsPeer;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Certificates in both directions, at the packaged gateway in the profile prod. */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts processes of its own")
class MutualTlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TENANT = "X-Tenant-Id: " + Sample.TENANT + "\r\n";
    private static final TokenIssuer ISSUER = new TokenIssuer();

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static TestCa other;
    private static TlsPeer peer;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        ca = new TestCa(directory.resolve("ca"))
                .stack("stk_a")
                .stack("stk_b")
                .issue("by_dns", "dns:stk-c.example")
                .issue("by_fingerprint", "dns:nobody.example")
                .issue("twice", "+0S", "uri:spiffe://agentos/stack/stk_b", "dns:stk-c.example")
                .issue("unmapped", "dns:unknown.example")
                .issue("over", "-3d", "uri:spiffe://agentos/stack/stk_b")
                .issue("early", "+2d", "uri:spiffe://agentos/stack/stk_b");
        other = new TestCa(directory.resolve("other")).stack("stk_a").stack("stk_b");
        peer = new TlsPeer(ca.context(Optional.of("stk_b")));
        restoreFiles();
        Map<String, String> environment = new HashMap<>(Map.of(
                "AGENTOS_PROFILE", "prod",
                "AGENTOS_METRICS_REQUIRE_AUTH", "1",
                "AGENTOS_FED_RELOAD_INTERVAL", "0s",
                "AGENTOS_FED_REQUIRE_MTLS", "true",
                "AGENTOS_PEERS_FILE", directory.resolve("peers.json").toString(),
                "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString()));
        environment.put("AGENTOS_FED_CA_CERT", file("trusted.pem").toString());
        environment.put("AGENTOS_FED_SERVER_CERT", file("own.pem").toString());
        environment.put("AGENTOS_FED_SERVER_KEY", file("own-key.pem").toString());
        environment.put("AGENTOS_FED_CLIENT_CERT", file("own.pem").toString());
        environment.put("AGENTOS_FED_CLIENT_KEY", file("own-key.pem").toString());
        gateway = GatewayProcess.start(directory, environment);
    }

    @AfterEach
    void restore() {
        restoreFiles();
        Ended ended = gateway.command("reload");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        peer.close();
    }

    @Test
    void shouldEndTheHandshakeOfAClientWithoutAGoodCertificate() {
        assertThatThrownBy(() -> health(Optional.empty(), ca)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> health(Optional.of("stk_b"), other)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> openssl("over")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> openssl("early")).isInstanceOf(AssertionError.class);
        assertThat(openssl("stk_b")).contains("HTTP/1.1 200");
    }

    @Test
    void shouldProveAPeerByUriDnsNameOrFingerprint() throws IOException {
        assertThat(push("stk_b", "stk_b").status()).isEqualTo(200);
        assertThat(push("by_dns", "stk_c").status()).isEqualTo(200);
        assertThat(push("by_fingerprint", "stk_d").status()).isEqualTo(200);
    }

    @Test
    void shouldRefuseAnotherNameThanTheOneProven() throws IOException {
        assertThat(push("stk_b", "stk_c").text()).contains("403 Forbidden", "peer_mismatch");
    }

    @Test
    void shouldRefuseACertificateThatFitsTwoPeers() throws IOException {
        assertThat(push("twice", "stk_b").text()).contains("403 Forbidden", "identity_ambiguous");
    }

    @Test
    void shouldTakeAnUnmappedCertificateOnClientRoutesWithATokenOnly() throws IOException {
        try (TlsConnection unmapped = connect("unmapped")) {
            assertThat(unmapped.get("/v1/federation/runs", "").status()).isEqualTo(401);
            assertThat(unmapped.get("/v1/federation/runs", bearer("runs:read")).status())
                    .isEqualTo(200);
            assertThat(push(unmapped, "stk_b", TENANT).status()).isEqualTo(401);
            assertThat(push(unmapped, "stk_b", bearer("events:ingest")).text())
                    .contains("403 Forbidden", "peer_not_proven");
        }
    }

    @Test
    void shouldOpenNoClientRouteToAPeersCertificateAlone() throws IOException {
        try (TlsConnection mapped = connect("stk_b")) {
            assertThat(mapped.get("/v1/federation/peer", "").status()).isEqualTo(200);
            assertThat(mapped.get("/v1/federation/runs", TENANT).status()).isEqualTo(401);
        }
    }

    @Test
    void shouldAskAgainAtEveryRequestWhoAPeerIs() throws IOException {
        // Given
        try (TlsConnection kept = connect("stk_b")) {
            assertThat(push(kept, "stk_b", TENANT).status()).isEqualTo(200);

            // When
            registry(Map.of("stk_c", List.of("dns:stk-c.example")));
            gateway.command("reload");

            // Then
            assertThat(push(kept, "stk_b", TENANT).status()).isEqualTo(401);
        }
    }

    @Test
    void shouldShowItsCertificateWithEveryCallToAPeer() throws IOException {
        // When
        Reply forwarded = forward("stk_b");

        // Then
        assertThat(forwarded.status()).as(forwarded.text()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> called("GET", "/events"));
        String runId = forwarded.text().replaceAll("(?s).*\"remote_run_id\":\"([^\"]+)\".*", "$1");
        try (TlsConnection client = connect("unmapped")) {
            Reply canceled =
                    client.post("/v1/federation/runs/" + runId + ":cancel", bearer("runs:cancel runs:read"), "{}");
            assertThat(canceled.status()).as(canceled.text()).isEqualTo(200);
        }
        await().atMost(PATIENCE)
                .until(() -> called("POST", "/runs")
                        && called("POST", runId + ":cancel")
                        && called("GET", "/runs/" + runId)
                        && called("GET", "/capabilities"));
        assertThat(peer.calls())
                .allSatisfy(call -> assertThat(call.clientName()).isEqualTo("CN=stk_a"));
    }

    @Test
    void shouldSendNothingToAPeerWhoseCertificateNamesAnotherHost() throws IOException {
        // Given
        int before = peer.calls().size();

        // When
        Reply refused = forward("stk_misnamed");

        // Then
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(peer.calls().stream().skip(before))
                .noneMatch(call -> call.path().contains("/agents/"));
    }

    @Test
    void shouldTakeCertificatesOverWithoutARestart() throws IOException {
        // Given
        Files.writeString(file("trusted.pem"), Files.readString(ca.authority()) + Files.readString(other.authority()));
        other.copy("stk_a", file("own.pem"), file("own-key.pem"));
        try (TlsConnection kept = connect("stk_b")) {
            assertThat(kept.get("/v1/federation/health", "").status()).isEqualTo(200);

            // When
            Ended renewed = gateway.command("reload");

            // Then
            assertThat(renewed.output()).contains("certificates changed: listener, peers");
            ClientTls newcomer = new ClientTls(
                    Optional.of(other.certificate("stk_b")),
                    Optional.of(other.key("stk_b")),
                    Optional.of(other.authority()));
            try (TlsConnection fresh = new TlsConnection(TestCa.context(newcomer), gateway.baseUrl())) {
                assertThat(fresh.get("/v1/federation/health", "").status()).isEqualTo(200);
            }
            assertThat(kept.get("/v1/federation/health", "").status()).isEqualTo(200);

            // When
            Files.writeString(file("trusted.pem"), Files.readString(other.authority()));
            gateway.command("reload");

            // Then
            assertThat(kept.get("/v1/federation/health", "").text())
                    .contains("403 Forbidden", "certificate_not_trusted");
            assertThat(Files.readString(directory.resolve("audit.log")))
                    .contains("\"certificates\":[\"listener\",\"peers\"]");
        }
    }

    @Test
    void shouldKeepWhatItHasWhenAFileIsUnfit() throws IOException {
        // Given
        Files.copy(ca.key("stk_b"), file("own-key.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        // When
        Ended refused = gateway.command("reload");

        // Then
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output())
                .contains("AGENTOS_FED_SERVER_KEY", "AGENTOS_FED_CLIENT_KEY", "is not the key of the certificate");
        assertThat(health(Optional.of("stk_b"), ca).status()).isEqualTo(200);
    }

    @Test
    void shouldShowWhenCertificatesExpire() throws IOException {
        try (TlsConnection client = connect("unmapped")) {
            assertThat(client.get("/metrics", bearer("metrics:read")).text())
                    .contains(
                            "agentos_federation_certificate_expiry_timestamp_seconds{certificate=\"server\"",
                            "agentos_federation_certificate_expiry_timestamp_seconds{certificate=\"client\"",
                            "agentos_federation_certificate_expiry_timestamp_seconds{certificate=\"ca\"");
        }
        assertThat(gateway.output()).contains("certificate expires soon certificate=server");
    }

    private static void restoreFiles() {
        try {
            Files.createDirectories(directory.resolve("tls"));
            Files.writeString(file("trusted.pem"), Files.readString(ca.authority()));
            ca.copy("stk_a", file("own.pem"), file("own-key.pem"));
            registry(Map.of(
                    "stk_b", List.of("spiffe://agentos/stack/stk_b"),
                    "stk_c", List.of("dns:stk-c.example"),
                    "stk_d", List.of("sha256:" + fingerprint("by_fingerprint")),
                    "stk_misnamed", List.of()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void registry(Map<String, List<String>> identities) {
        RegistryFile registry = new RegistryFile();
        identities.forEach((stackId, shown) -> registry.peer(
                stackId,
                peer.baseUrl(stackId.equals("stk_misnamed") ? "localhost" : "127.0.0.1"),
                Map.of(
                        "identity",
                        shown,
                        "federation_base_url",
                        peer.baseUrl("127.0.0.1").toString(),
                        "policy",
                        Map.of("tenants", List.of(Sample.TENANT)))));
        registry.writeTo(directory.resolve("peers.json"));
    }

    private static String fingerprint(String name) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(ca.read(name).getEncoded()));
    }

    private static Path file(String name) {
        return directory.resolve("tls").resolve(name);
    }

    private static Reply forward(String stackId) throws IOException {
        try (TlsConnection client = connect("unmapped")) {
            return client.post(
                    "/v1/federation/runs:forward", bearer("runs:forward"), Sample.forward(stackId, Sample.key()));
        }
    }

    private static boolean called(String method, String pathEnd) {
        return peer.calls().stream()
                .anyMatch(call -> call.method().equals(method) && call.path().endsWith(pathEnd));
    }

    private static Reply push(String certificate, String claimed) throws IOException {
        try (TlsConnection client = connect(certificate)) {
            return push(client, claimed, TENANT);
        }
    }

    private static Reply push(TlsConnection client, String claimed, String headers) throws IOException {
        return client.post(
                "/v1/federation/events:ingest", headers, Sample.batch(claimed, Sample.envelope(Sample.runId(), 1)));
    }

    private static Reply health(Optional<String> certificate, TestCa issuer) throws IOException {
        ClientTls tls = new ClientTls(
                certificate.map(issuer::certificate), certificate.map(issuer::key), Optional.of(ca.authority()));
        try (TlsConnection client = new TlsConnection(TestCa.context(tls), gateway.baseUrl())) {
            return client.get("/v1/federation/health", "");
        }
    }

    @Test
    void shouldNotLetAClientShakeHandsAgainAndAgain() throws IOException {
        try (SSLSocket client = (SSLSocket) ca.context(Optional.of("stk_b"))
                .getSocketFactory()
                .createSocket("127.0.0.1", gateway.baseUrl().getPort())) {
            // Given
            client.setSoTimeout(20_000);
            client.setEnabledProtocols(new String[] {"TLSv1.2"}); // later ones know no second handshake
            client.startHandshake();

            // When / Then
            assertThat(answersAfterAnotherHandshake(client)).isFalse();
        }
    }

    private static boolean answersAfterAnotherHandshake(SSLSocket client) throws IOException {
        try {
            client.startHandshake();
            client.getOutputStream()
                    .write("GET /v1/federation/health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return client.getInputStream().read() >= 0;
        } catch (SSLException | SocketException ended) {
            return false;
        }
    }

    /** By another implementation of TLS, which also shows a certificate that is over. */
    private static String openssl(String certificate) {
        URI base = gateway.baseUrl();
        try {
            Process client = new ProcessBuilder(
                            "openssl",
                            "s_client",
                            "-quiet",
                            "-connect",
                            "127.0.0.1:" + base.getPort(),
                            "-CAfile",
                            ca.authority().toString(),
                            "-cert",
                            ca.certificate(certificate).toString(),
                            "-key",
                            ca.key(certificate).toString())
                    .redirectErrorStream(true)
                    .start();
            client.getOutputStream()
                    .write("GET /v1/federation/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("HTTP/1.1");
            return said;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String bearer(String scopes) {
        return "Authorization: " + ISSUER.bearer(Sample.TENANT, "prn_1", scopes, Duration.ofMinutes(10)) + "\r\n";
    }

    private static TlsConnection connect(String certificate) throws IOException {
        return new TlsConnection(ca.context(Optional.of(certificate)), gateway.baseUrl());
    }
}
