package org.agentos.federation.ticket;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.agentos.federation.eventlog.CursorKeys;

/**
 * The sealed text of a ticket: a JWE in compact form with direct encryption by AES-256-GCM (RFC 7516, RFC 7518). Whoever
 * holds one can neither read nor change it. Thread-safe.
 */
public final class TicketCodec {
    /** Ids of the longest kind fill less; longer text is refused unread. */
    private static final int MAX_LENGTH = 6 * 1024;

    private static final String PURPOSE = "agentos-federation-ticket";
    private static final JWEHeader HEADER = new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM).build();

    /** How every ticket begins; what claims another algorithm is not even parsed. */
    private static final String BEGIN = HEADER.toBase64URL() + "..";

    private final Supplier<CursorKeys> keys;

    /**
     * @param keys kept with the data, so that a ticket outlives a restart, and asked for each ticket, so that a rotation
     *     holds at once; tickets get keys of their own from them
     */
    public TicketCodec(Supplier<CursorKeys> keys) {
        this.keys = keys;
    }

    /** Seals a ticket. Two tickets that say the same do not look the same. */
    public String seal(Ticket ticket) {
        Map<String, Object> members = new HashMap<>();
        members.put("tenant_id", ticket.tenantId());
        ticket.principalId().ifPresent(principal -> members.put("principal_id", principal));
        members.put("run_id", ticket.runId());
        ticket.origin().ifPresent(origin -> members.put("origin", origin));
        members.put("expires_ms", ticket.expires().toEpochMilli());
        JWEObject sealed = new JWEObject(HEADER, new Payload(members));
        try {
            sealed.encrypt(new DirectEncrypter(keys.get().derive(PURPOSE).get(0)));
        } catch (JOSEException e) {
            throw new IllegalStateException("a ticket is not sealed", e);
        }
        return sealed.serialize();
    }

    /** Opens a ticket; empty for text that none of the keys has sealed. Whether it has expired is not looked at. */
    public Optional<Ticket> open(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith(BEGIN)) {
            return Optional.empty();
        }
        return keys.get().derive(PURPOSE).stream()
                .flatMap(key -> open(text, key).stream())
                .findFirst();
    }

    private static Optional<Ticket> open(String text, byte[] key) {
        try {
            JWEObject sealed = JWEObject.parse(text);
            sealed.decrypt(new DirectDecrypter(key));
            return Optional.of(read(sealed.getPayload().toJSONObject()));
        } catch (ParseException | JOSEException | IllegalArgumentException notSealedByIt) {
            return Optional.empty();
        }
    }

    private static Ticket read(Map<String, Object> members) {
        return new Ticket(
                (String) members.get("tenant_id"),
                Optional.ofNullable((String) members.get("principal_id")),
                (String) members.get("run_id"),
                Optional.ofNullable((String) members.get("origin")),
                Instant.ofEpochMilli(((Number) members.get("expires_ms")).longValue()));
    }
}
