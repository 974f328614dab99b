package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.ServerTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsMaterialTest {
    private static final TestCertificates OURS = TestCertificates.ours();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"client", "server"})
    void shouldTakeFilesThatFit(String name) {
        assertThat(TlsMaterial.problems(server(OURS.certificate(name), OURS.key(name))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"client, RSA PRIVATE KEY", "server, EC PRIVATE KEY"})
    void shouldReadTheOlderKeyForms(String name, String type) throws Exception {
        // Given
        byte[] bare = withoutPkcs8(OURS.privateKey(name).getEncoded());
        Path key = Files.writeString(directory.resolve("old.pem"), TestCertificates.pem(type, bare));

        // Then
        assertThat(TlsMaterial.problems(server(OURS.certificate(name), key))).isEmpty();
    }

    @Test
    void shouldNameAKeyOfAnotherCertificate() {
        // Given
        Path certificate = OURS.certificate("server");
        Path ofTheSameKind = TestCertificates.others().key("client");
        Path ofAnotherKind = OURS.key("client");

        // Then
        assertThat(TlsMaterial.problems(server(certificate, ofTheSameKind)))
                .containsExactly(ofTheSameKind + " is not the key of the certificate " + certificate);
        assertThat(TlsMaterial.problems(server(certificate, ofAnotherKind)))
                .containsExactly(ofAnotherKind + " holds no readable EC key as its certificate needs");
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
        assertThat(TlsMaterial.problems(server(OURS.certificate("server"), key)))
                .containsExactly(key + " " + fault);
    }

    @Test
    void shouldTellAllProblemsAtOnce() throws Exception {
        // Given
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        // Then
        assertThat(TlsMaterial.problems(new ServerTls(missing, missing, Optional.of(empty), true)))
                .containsExactly(missing + " cannot be read: NoSuchFileException", empty + " holds no certificate");
        assertThat(TlsMaterial.problems(
                        new ServerTls(OURS.certificate("server"), OURS.key("server"), Optional.empty(), true)))
                .containsExactly("client certificates are required, but there is no CA file to trust them by");
        assertThat(TlsMaterial.problems(new ClientTls(Optional.of(missing), Optional.empty(), Optional.of(empty))))
                .containsExactly(
                        "a client certificate and its key come together or not at all",
                        empty + " holds no certificate");
    }

    @Test
    void shouldFailOnAFileThatIsNoCertificate() throws Exception {
        // Given
        Path bad = Files.writeString(
                directory.resolve("bad.pem"), TestCertificates.pem("CERTIFICATE", new byte[] {1, 2, 3}));
        ClientTls tls = new ClientTls(Optional.empty(), Optional.empty(), Optional.of(bad));

        // Then
        assertThatThrownBy(() -> new PeerTls(tls))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(bad + " holds no readable certificate");
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
