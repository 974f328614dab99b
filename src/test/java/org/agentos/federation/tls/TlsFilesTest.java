package org.agentos.federation.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.support.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsFilesTest {
    private static final TestCertificates OURS = TestCertificates.ours();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"client", "server"})
    void shouldTakeFilesThatFit(String name) {
        assertThat(problems(server(OURS.certificate(name), OURS.key(name)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"client, RSA PRIVATE KEY", "server, EC PRIVATE KEY"})
    void shouldReadTheOlderKeyForms(String name, String type) throws Exception {
        // Given
        byte[] bare = withoutPkcs8(OURS.privateKey(name).getEncoded());
        Path key = Files.writeString(directory.resolve("old.pem"), TestCertificates.pem(type, bare));

        // Then
        assertThat(problems(server(OURS.certificate(name), key))).isEmpty();
    }

    @Test
    void shouldNameAKeyOfAnotherCertificate() {
        // Given
        Path certificate = OURS.certificate("server");
        Path ofTheSameKind = TestCertificates.others().key("client");
        Path ofAnotherKind = OURS.key("client");

        // Then
        assertThat(problems(server(certificate, ofTheSameKind)))
                .containsExactly("AGENTOS_FED_SERVER_KEY cannot be used: " + ofTheSameKind
                        + " is not the key of the certificate " + certificate);
        assertThat(problems(server(certificate, ofAnotherKind)))
                .containsExactly("AGENTOS_FED_SERVER_KEY cannot be used: " + ofAnotherKind
                        + " holds no readable EC key as its certificate needs");
    }

    static Stream<Arguments> unfitKeys() {
        return Stream.of(
                Arguments.of("nothing", "holds no private key in PEM form"),
                Arguments.of(
                        TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[3]),
                        "holds an encrypted key; only a key without a password is read"),
                Arguments.of(
                        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA",
                        "holds an encrypted key; only a key without a password is read"),
                Arguments.of(
                        TestCertificates.pem("PRIVATE KEY", new byte[3]),
                        "holds no readable EC key as its certificate needs"));
    }

    @ParameterizedTest
    @MethodSource("unfitKeys")
    void shouldNameWhatIsWrongWithAKeyFile(String content, String fault) throws Exception {
        // Given
        Path key = Files.writeString(directory.resolve("bad-key.pem"), content);

        // Then
        assertThat(problems(server(OURS.certificate("server"), key)))
                .containsExactly("AGENTOS_FED_SERVER_KEY cannot be used: " + key + " " + fault);
    }

    @Test
    void shouldTellAllProblemsAtOnce() throws Exception {
        // Given
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        // Then
        assertThat(problems(new ServerTls(missing, missing, Optional.of(empty), true)))
                .containsExactly(
                        "AGENTOS_FED_SERVER_CERT cannot be used: " + missing + " cannot be read: NoSuchFileException",
                        "AGENTOS_FED_CA_CERT cannot be used: " + empty + " holds no certificate");
        assertThat(problems(new ServerTls(OURS.certificate("server"), OURS.key("server"), Optional.empty(), true)))
                .containsExactly("AGENTOS_FED_CA_CERT is missing: AGENTOS_FED_REQUIRE_MTLS needs it");
        assertThat(problems(new ClientTls(Optional.of(missing), Optional.empty(), Optional.of(empty))))
                .containsExactly(
                        "AGENTOS_FED_CLIENT_CERT and AGENTOS_FED_CLIENT_KEY come together or not at all",
                        "AGENTOS_FED_CA_CERT cannot be used: " + empty + " holds no certificate");
    }

    @Test
    void shouldNameAFileThatIsNoCertificate() throws Exception {
        // Given
        Path bad = Files.writeString(
                directory.resolve("bad.pem"), TestCertificates.pem("CERTIFICATE", new byte[] {1, 2, 3}));

        // Then
        assertThat(problems(new ClientTls(Optional.empty(), Optional.empty(), Optional.of(bad))))
                .containsExactly("AGENTOS_FED_CA_CERT cannot be used: " + bad + " holds no readable certificate");
    }

    @Test
    void shouldNameACertificateThatDoesNotHoldNow() {
        // Given
        ServerTls tls = server(OURS.certificate("server"), OURS.key("server"));
        TlsFiles before = new TlsFiles(Instant.now().minus(Duration.ofDays(2)));
        TlsFiles after = new TlsFiles(Instant.now().plus(Duration.ofDays(3)));

        // Then
        assertThat(before.server(tls)).isEmpty();
        assertThat(before.problems())
                .singleElement()
                .asString()
                .contains("AGENTOS_FED_SERVER_CERT", "not valid before");
        assertThat(after.server(tls)).isEmpty();
        assertThat(after.problems()).singleElement().asString().contains("AGENTOS_FED_SERVER_CERT", "expired at");
    }

    @Test
    void shouldTakeAnAuthorityThatIsOverBesideOneThatHolds() throws Exception {
        // Given
        DevelopmentCa lasting = DevelopmentCa.in(directory.resolve("lasting"));
        Path both = Files.writeString(
                directory.resolve("both.pem"),
                Files.readString(OURS.certificate("ca")) + Files.readString(lasting.authority()));
        TlsFiles later = new TlsFiles(Instant.now().plus(Duration.ofDays(3)));

        // Then
        assertThat(later.client(new ClientTls(Optional.empty(), Optional.empty(), Optional.of(both))))
                .isPresent();
        assertThat(later.client(new ClientTls(Optional.empty(), Optional.empty(), Optional.of(OURS.certificate("ca")))))
                .isEmpty();
        assertThat(later.problems()).singleElement().asString().contains("AGENTOS_FED_CA_CERT", "expired at");
    }

    @Test
    void shouldWantEachCertificateOfAFileIssuedByTheNext() throws Exception {
        // Given
        String leaf = Files.readString(OURS.certificate("server"));
        Path chain = Files.writeString(directory.resolve("chain.pem"), leaf + Files.readString(OURS.certificate("ca")));
        Path mixed = Files.writeString(
                directory.resolve("mixed.pem"),
                leaf + Files.readString(TestCertificates.others().certificate("ca")));

        // Then
        assertThat(problems(server(chain, OURS.key("server")))).isEmpty();
        assertThat(problems(server(mixed, OURS.key("server"))))
                .containsExactly("AGENTOS_FED_SERVER_CERT cannot be used: " + mixed
                        + " is no chain: its certificate 2 did not issue the one before");
    }

    private static List<String> problems(ServerTls tls) {
        TlsFiles files = new TlsFiles(Instant.now());
        boolean fit = files.server(tls).isPresent();
        assertThat(fit).isEqualTo(files.problems().isEmpty());
        return files.problems();
    }

    private static List<String> problems(ClientTls tls) {
        TlsFiles files = new TlsFiles(Instant.now());
        boolean fit = files.client(tls).isPresent();
        assertThat(fit).isEqualTo(files.problems().isEmpty());
        return files.problems();
    }

    /** Takes the key out of {@code SEQUENCE { version, algorithm, OCTET STRING key }}. */
    private static byte[] withoutPkcs8(byte[] der) {
        int algorithm = headLength(der, 0) + 3;
        int key = algorithm + headLength(der, algorithm) + der[algorithm + 1];
        return Arrays.copyOfRange(der, key + headLength(der, key), der.length);
    }

    private static int headLength(byte[] der, int at) {
        return der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f);
    }

    private static ServerTls server(Path certificate, Path key) {
        return new ServerTls(certificate, key, Optional.empty(), false);
    }
}
