package org.agentos.federation.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.settings.ServerTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentCaTest {
    private static final List<String> NAMES =
            List.of("uri:spiffe://agentos/stack/stk_a", "dns:localhost", "ip:127.0.0.1");

    @TempDir
    Path directory;

    @Test
    void shouldIssueWhatAGatewayTakes() throws IOException {
        // Given
        DevelopmentCa ca = DevelopmentCa.in(directory.resolve("tls"));

        // When
        ca.issue("stk_a", NAMES, "+0S", 30);

        // Then
        TlsFiles files = new TlsFiles(Instant.now());
        ServerTls tls = new ServerTls(ca.certificate("stk_a"), ca.key("stk_a"), Optional.of(ca.authority()), true);
        TlsMaterial material = files.server(tls).orElseThrow();
        List<X509Certificate> chain = TlsFiles.certificates(ca.certificate("stk_a"));
        assertThat(material.trustsClient(chain)).isTrue();
        assertThat(chain).singleElement().satisfies(leaf -> assertThat(leaf.getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly("spiffe://agentos/stack/stk_a", "localhost", "127.0.0.1"));
    }

    @Test
    void shouldKeepKeysToTheirOwner() throws IOException {
        // When
        DevelopmentCa ca = DevelopmentCa.in(directory.resolve("tls"));
        ca.issue("stk_a", NAMES, "+0S", 30);

        // Then
        for (Path key : List.of(ca.key("ca"), ca.key("stk_a"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("tls"))))
                .isEqualTo("rwx------");
    }

    @Test
    void shouldUseTheCaThatIsThere() throws IOException {
        // Given
        byte[] before = Files.readAllBytes(DevelopmentCa.in(directory).authority());

        // When
        DevelopmentCa again = DevelopmentCa.in(directory);
        again.issue("stk_a", NAMES, "+0S", 30);

        // Then
        assertThat(Files.readAllBytes(again.authority())).isEqualTo(before);
        assertThat(again.has("stk_a")).isTrue();
        assertThat(again.has("stk_b")).isFalse();
    }

    @Test
    void shouldNotPutANewKeyBesideHalfOfACa() throws IOException {
        // Given
        DevelopmentCa ca = DevelopmentCa.in(directory);
        Files.delete(ca.key("ca"));

        // When / Then
        assertThatThrownBy(() -> DevelopmentCa.in(directory).issue("stk_a", NAMES, "+0S", 30))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ca-key.pem cannot be read");
        assertThat(ca.has("stk_a")).isFalse();
    }
}
