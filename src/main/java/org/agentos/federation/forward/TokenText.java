package org.agentos.federation.forward;

import java.util.regex.Pattern;

/**
 * Takes tokens out of what a peer wrote: one that repeats the request it was sent must not have its token shown to a caller
 * or kept on disk.
 */
final class TokenText {
    private static final Pattern TOKENS = Pattern.compile(
            "eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]*)?|(?i:bearer)\\s+[^\\s\"'<>\\\\]{8,}");

    private TokenText() {}

    static String removed(String text) {
        return TOKENS.matcher(text).replaceAll("[token]");
    }
}
