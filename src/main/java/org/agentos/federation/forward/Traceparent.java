package org.agentos.federation.forward;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The W3C trace context header. A malformed or all-zero one is replaced, never a reason to refuse. */
final class Traceparent {
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private Traceparent() {}

    static Optional<String> valid(String text) {
        return FORM.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    static String random(RandomGenerator random) {
        HexFormat hex = HexFormat.of();
        // An all-zero id is not valid; the lowest bit set costs nothing.
        return "00-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1) + "-"
                + hex.toHexDigits(random.nextLong() | 1) + "-01";
    }
}
