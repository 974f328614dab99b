package org.agentos.federation.forward;

import java.util.regex.Pattern;

/**
 * Takes tokens out of what a peer wrote: one that repeats the request it was sent must not have its token shown to a caller
 * or kept on disk.
 */
final class TokenText {
    /** Of what a peer may write much more of: looked through again from each beginning of a token, a megabyte takes minutes. */
    static final int MAX_LENGTH = 8_000;

    private static final Pattern TOKENS = Pattern.compile(
            "eyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]*+(\\.[A-Za-z0-9_-]*+)?|(?i:bearer)\\s++[^\\s\"'<>\\\\]{8,}+");

    private TokenText() {}

    /** The text without them, or its first {@value #MAX_LENGTH} characters. */
    static String removed(String text) {
        String beginning = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
        return TOKENS.matcher(beginning).replaceAll("[token]");
    }
}
