package org.agentos.federation.issuer;

import java.util.List;
import java.util.Map;

/** The keys of this gateway: one signs, all that peers may still meet are published. Safe for use by several threads. */
public interface KeyRing {
    /** The key that signs now; one is made and kept where there is none. May wait for the disk. */
    OwnKey signing();

    /** Every key that a token may carry which is still good, and those that will sign soon. */
    List<OwnKey> published();

    /** Whether a key id is that of a key of ours, published or not. */
    boolean holds(String kid);

    /** A JSON Web Key Set of the public halves (RFC 7517, section 5). */
    default Map<String, Object> jwks() {
        return Map.of("keys", published().stream().map(OwnKey::published).toList());
    }
}
