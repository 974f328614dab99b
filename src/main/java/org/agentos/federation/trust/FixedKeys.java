package org.agentos.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Keys that stay what they were at start: a PEM public key or a JWKS file. */
final class FixedKeys implements KeySource {
    /** A wrong path is refused instead of read into memory. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private final List<VerificationKey> keys;

    FixedKeys(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** @throws IllegalArgumentException with what is wrong with the file, as the end of a sentence */
    static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read", e);
        }
    }

    /** @throws IllegalArgumentException with what is wrong with the text, as the end of a sentence */
    static FixedKeys parse(String text) {
        String content = text.strip();
        return content.startsWith("{")
                ? new FixedKeys(Jwks.read(content))
                : new FixedKeys(List.of(VerificationKey.of(Optional.empty(), publicKey(content))));
    }

    private static PublicKey publicKey(String content) {
        List<MatchResult> blocks = PEM.matcher(content).results().toList();
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("holds neither a PEM public key nor a JSON Web Key Set");
        }
        if (blocks.size() > 1 || !blocks.get(0).group(1).equals("PUBLIC KEY")) {
            throw new IllegalArgumentException(
                    "must hold one PEM block \"PUBLIC KEY\" (openssl pkey -pubout makes it) and nothing else");
        }
        return decode(blocks.get(0).group(2));
    }

    private static PublicKey decode(String base64) {
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("holds a PEM block that is not base64", e);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // of another algorithm, or of none: told below
            }
        }
        throw new IllegalArgumentException("holds no RSA, EC or Ed25519 public key");
    }

    @Override
    public List<VerificationKey> find(Optional<String> keyId, JWSAlgorithm algorithm) {
        return keys.stream().filter(key -> key.answersTo(keyId, algorithm)).toList();
    }
}
