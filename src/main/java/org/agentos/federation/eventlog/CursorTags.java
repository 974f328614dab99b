package org.agentos.federation.eventlog;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What signs and verifies the cursors of one run, derived from one set of keys. Thread-safe. */
final class CursorTags {
    private static final String PURPOSE = "agentos-federation-cursor";

    private final RunKey run;
    private final CursorKeys keys;
    private final SipHash newest;

    CursorTags(RunKey run, CursorKeys keys) {
        this.run = run;
        this.keys = keys;
        this.newest = derive(keys.newest());
    }

    CursorKeys keys() {
        return keys;
    }

    byte newestId() {
        return (byte) keys.newestId();
    }

    SipHash newest() {
        return newest;
    }

    /** Of the key that a cursor names; an older key's is derived anew each time, for few cursors ever ask for it. */
    Optional<SipHash> of(byte keyId) {
        return keyId == newestId()
                ? Optional.of(newest)
                : keys.find(Byte.toUnsignedInt(keyId)).map(this::derive);
    }

    private SipHash derive(CursorKeys.Key key) {
        Hasher hmac = Hashing.hmacSha256(key.secret()).newHasher();
        put(hmac, PURPOSE);
        put(hmac, run.tenantId());
        put(hmac, run.runId());
        ByteBuffer derived = ByteBuffer.wrap(hmac.hash().asBytes()).order(ByteOrder.BIG_ENDIAN);
        return new SipHash(derived.getLong(), derived.getLong());
    }

    /** With its length before it, so that no two pairs of ids are fed as the same bytes. */
    private static void put(Hasher hmac, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hmac.putInt(bytes.length).putBytes(bytes);
    }
}
