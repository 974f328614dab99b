package org.agentos.federation.peer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The forms in which the registry file names what a peer proves itself with, brought into one spelling so that proof and
 * entry compare as text: {@code dns:<SAN DNS name>} in lower case, {@code sha256:<64 hex digits of the certificate>} in
 * lower case without colons, {@code jwt:<iss>#<sub>} or, for whoever a peer's own tokens speak for, {@code jwt:<iss>#*},
 * anything else a SAN URI as it stands.
 */
public final class IdentityRule {
    public static final String DNS = "dns:";
    public static final String FINGERPRINT = "sha256:";
    public static final String TOKEN = "jwt:";

    /** Ends a {@code jwt:} identity that any token of the issuer proves; only the issuer's own entry may have it. */
    static final String ANY_SUBJECT = "#*";

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private IdentityRule() {}

    /** @throws IllegalArgumentException with what is wrong, as the end of a sentence */
    static String normalised(String identity) {
        if (identity.startsWith(DNS)) {
            return DNS + matching(HOST, identity.substring(DNS.length()).toLowerCase(Locale.ROOT), "a host name");
        }
        if (identity.startsWith(FINGERPRINT)) {
            String digits =
                    identity.substring(FINGERPRINT.length()).replace(":", "").toLowerCase(Locale.ROOT);
            return FINGERPRINT + matching(SHA256, digits, "64 hex digits");
        }
        return identity.startsWith(TOKEN) ? token(identity) : sanUri(identity);
    }

    private static String matching(Pattern form, String value, String expected) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException("must have " + expected + " after the prefix");
        }
        return value;
    }

    private static String token(String identity) {
        int issuerEnd = identity.lastIndexOf('#');
        if (issuerEnd <= TOKEN.length() || issuerEnd == identity.length() - 1) {
            throw new IllegalArgumentException("must be jwt:<issuer>#<subject>");
        }
        return identity;
    }

    private static String sanUri(String identity) {
        try {
            if (new URI(identity).isAbsolute()) {
                return identity;
            }
        } catch (URISyntaxException e) {
            // refused below, like any other text that is no absolute URI
        }
        throw new IllegalArgumentException("must be a SAN URI, or begin with dns:, sha256: or jwt:");
    }
}
