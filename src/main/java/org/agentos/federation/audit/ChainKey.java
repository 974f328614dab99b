package org.agentos.federation.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agentos.federation.settings.AuditKey;

/**
 * What hashes the lines of a chain: HMAC-SHA-256 under a key, or plain SHA-256 without one. A key is told by its id, the
 * first 16 hex digits of its HMAC of a fixed text. Prints as that id.
 */
final class ChainKey {
    static final ChainKey NONE = new ChainKey(Optional.empty());

    private static final String ALGORITHM = "HmacSHA256";
    private static final String ID_TEXT = "agentos audit chain key id";
    private static final int ID_LENGTH = 16;

    private final Optional<SecretKeySpec> secret;
    private final Optional<String> id;

    private ChainKey(Optional<SecretKeySpec> secret) {
        this.secret = secret;
        this.id = secret.map(
                known -> seal(ID_TEXT.getBytes(StandardCharsets.US_ASCII)).substring(0, ID_LENGTH));
    }

    static ChainKey of(Optional<AuditKey> key) {
        return key.map(ChainKey::of).orElse(NONE);
    }

    static ChainKey of(AuditKey key) {
        return new ChainKey(Optional.of(new SecretKeySpec(key.bytes(), ALGORITHM)));
    }

    /** Empty for the plain hash. */
    Optional<String> id() {
        return id;
    }

    /** The hash, in 64 hex digits. */
    String seal(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(secret.isPresent() ? keyed(bytes) : plain(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether the hash is that of the bytes; compared in constant time. */
    boolean fits(String hash, byte[] bytes) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), seal(bytes).getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] keyed(byte[] bytes) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(secret.orElseThrow());
        return mac.doFinal(bytes);
    }

    private static byte[] plain(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Override
    public String toString() {
        return id.orElse("unkeyed");
    }
}
