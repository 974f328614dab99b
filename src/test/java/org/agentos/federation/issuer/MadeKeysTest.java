package org.agentos.federation.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeKeysTest {
    private static final Duration LIFETIME = Duration.ofDays(30);

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void shouldMakeKeyWhenItIsNeededAndKeepItForItsOwnerAlone() throws IOException {
        // Given
        MadeKeys keys = open();
        assertThat(file()).doesNotExist();

        // When
        String kid = keys.signing().kid();

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(keys.holds(kid)).isTrue();
        assertThat(keys.holds("another")).isFalse();
        assertThat(open().signing().kid()).isEqualTo(kid);
        assertThat(directory.toFile().list()).containsExactly("keys.json");
    }

    @Test
    void shouldShowPublicHalvesOnly() throws IOException {
        // Given
        MadeKeys keys = open();

        // When
        String shown = keys.jwks().toString();

        // Then
        assertThat(shown)
                .contains(
                        "kty=EC",
                        "alg=ES256",
                        "use=sig",
                        "kid=" + keys.signing().kid());
        assertThat(keys.published().get(0).published()).containsOnlyKeys("kty", "crv", "x", "y", "kid", "use", "alg");
        String secret = keys.signing().secret().toECKey().getD().toString();
        assertThat(shown + keys.signing()).doesNotContain(secret);
        assertThat(Files.readString(file())).contains(secret);
    }

    /** A peer that keeps the set for as long as it may never meets a key it has not seen. */
    @Test
    void shouldPublishKeyBeforeItSignsAndAfter() throws IOException {
        // Given
        MadeKeys keys = open();
        String first = keys.signing().kid();

        // When
        now = now.plus(LIFETIME);
        assertThat(keys.signing().kid()).isEqualTo(first);
        List<String> both = kids(keys);
        now = now.plus(MadeKeys.PUBLISHED_BEFORE);
        String second = keys.signing().kid();

        // Then
        assertThat(both).containsExactly(first, second).doesNotHaveDuplicates();
        now = now.plus(MadeKeys.PUBLISHED_AFTER).minusMillis(1);
        assertThat(kids(keys)).containsExactly(first, second);
        assertThat(kids(open())).containsExactly(first, second);
        now = now.plusMillis(1);
        assertThat(kids(keys)).containsExactly(second);
        assertThat(open().signing().kid()).isEqualTo(second);
    }

    @Test
    void shouldForgetRetiredSecretsWhenTheNextKeyIsMade() throws IOException {
        // Given
        MadeKeys keys = open();
        String first = keys.signing().kid();
        now = now.plus(LIFETIME);
        keys.signing();

        // When
        now = now.plus(LIFETIME);
        keys.signing();

        // Then
        assertThat(Files.readString(file())).doesNotContain(first);
        assertThat(kids(keys)).hasSize(2);
    }

    @Test
    void shouldSignOnWithTheOldKeyWhenTheNewOneCannotBeKept() throws IOException {
        // Given
        MadeKeys keys = open();
        String first = keys.signing().kid();
        now = now.plus(LIFETIME);
        Files.delete(file());
        Files.createDirectories(file().resolve("in the way"));

        // When / Then
        assertThat(keys.signing().kid()).isEqualTo(first);
        Files.delete(file().resolve("in the way"));
        Files.delete(file());
        assertThat(kids(keys)).as("not asked again at once").containsExactly(first);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(kids(keys)).hasSize(2);
    }

    @Test
    void shouldNotSignWithAKeyThatCannotBeKept() throws IOException {
        // Given
        MadeKeys keys = MadeKeys.open(directory.resolve("no/keys.json"), LIFETIME, new SecureRandom(), () -> now);

        // When / Then
        assertThatThrownBy(keys::signing).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void shouldRefuseFileThatHoldsNoKeysAndQuoteNothingOfIt() throws IOException {
        // Given
        Files.writeString(file(), "{\"keys\":[{\"kty\":\"oct\",\"k\":\"marker\"}]}");

        // When / Then
        assertThatIOException()
                .isThrownBy(this::open)
                .withMessage("not a set of private keys")
                .withNoCause();
    }

    private static List<String> kids(MadeKeys keys) {
        return keys.published().stream().map(OwnKey::kid).toList();
    }

    private MadeKeys open() throws IOException {
        return MadeKeys.open(file(), LIFETIME, new SecureRandom(), () -> now);
    }

    private Path file() {
        return directory.resolve("keys.json");
    }
}
