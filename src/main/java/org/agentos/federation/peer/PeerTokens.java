package org.agentos.federation.peer;

import java.util.Optional;

/**
 * How tokens are known that a peer issues itself.
 *
 * @param issuer the {@code iss} of its tokens, and of nobody else's
 * @param keys the URL of a key set, or the path of a file
 * @param content what the file held when the registry was read; absent for a URL
 */
public record PeerTokens(String issuer, String keys, Optional<String> content) {

    /** Whether an identity stands for whoever holds a token of this issuer. */
    boolean isAnySubject(String identity) {
        return identity.equals(anySubject());
    }

    /** The identity that every token of the issuer proves. */
    public String anySubject() {
        return IdentityRule.TOKEN + issuer + IdentityRule.ANY_SUBJECT;
    }

    /** The keys' place alone: what a file holds is long. */
    @Override
    public String toString() {
        return "PeerTokens[issuer=" + issuer + ", keys=" + keys + "]";
    }
}
