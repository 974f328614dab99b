package org.agentos.federation.trust;

import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** The 401 and 403 refusals with the challenges of RFC 6750, section 3. Messages are constants: no token text in them. */
public final class Refusals {
    private static final String CHALLENGE = "WWW-Authenticate";

    private Refusals() {}

    /** Nothing was presented, so nothing is said about what was wrong with it. */
    static FederationException missing(String message) {
        return new FederationException(ErrorCode.UNAUTHORIZED, message).header(CHALLENGE, "Bearer");
    }

    /** What was presented proves nothing, or nothing any more. */
    public static FederationException invalidToken(String message) {
        return new FederationException(ErrorCode.UNAUTHORIZED, message)
                .header(CHALLENGE, "Bearer error=\"invalid_token\", error_description=\"" + message + "\"");
    }

    /** The caller is known, and its token or headers do not have the scope. */
    public static FederationException insufficientScope(String scope) {
        return forbidden("scope", "this needs the scope " + scope)
                .header(CHALLENGE, "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
    }

    /**
     * The caller is known and may not.
     *
     * @param reason for {@code details.reason}
     */
    public static FederationException forbidden(String reason, String message) {
        return new FederationException(ErrorCode.FORBIDDEN, message).detail("reason", reason);
    }
}
