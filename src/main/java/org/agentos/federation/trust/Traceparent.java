package org.agentos.federation.trust;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code traceparent} header as W3C Trace Context, section 3.2, defines it. A broken one is dropped, never a reason to refuse. */
public final class Traceparent {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[\\x21-\\x7e]{0,200})?");

    private Traceparent() {}

    /** The value if it names a trace and a parent. */
    public static Optional<String> valid(String value) {
        Matcher matcher = FORM.matcher(value);
        return matcher.matches()
                        && fitVersion(matcher.group(1), matcher.group(4) != null)
                        && !allZero(matcher.group(2))
                        && !allZero(matcher.group(3))
                ? Optional.of(value)
                : Optional.empty();
    }

    /** A new trace, sampled. */
    public static String random(RandomGenerator random) {
        HexFormat hex = HexFormat.of();
        // An all-zero id is not valid; the lowest bit set costs nothing.
        return "00-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1) + "-"
                + hex.toHexDigits(random.nextLong() | 1) + "-01";
    }

    /** Version ff is forbidden; only versions after 00 may carry more fields. */
    private static boolean fitVersion(String version, boolean longer) {
        return !version.equals("ff") && !(version.equals("00") && longer);
    }

    private static boolean allZero(String id) {
        return id.chars().allMatch(digit -> digit == '0');
    }
}
