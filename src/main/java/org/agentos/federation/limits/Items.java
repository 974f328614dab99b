package org.agentos.federation.limits;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.agentos.federation.settings.LimitKind;

/**
 * The header fields of draft-ietf-httpapi-ratelimit-headers, lists of structured-field items: {@code RateLimit-Policy} has
 * quota (q), window in seconds (w) and unit (qu) of each limit, {@code RateLimit} what is left (r) and the seconds until all
 * is there again (t).
 */
final class Items {
    private Items() {}

    /** Empty where there is no limit. */
    static Map<String, String> headers(List<Applied> limits) {
        String policy = join(limits, Applied::policy);
        return policy.isEmpty()
                ? Map.of()
                : Map.of("RateLimit-Policy", policy, "RateLimit", join(limits, Applied::state));
    }

    private static String join(List<Applied> limits, Function<Applied, Optional<String>> item) {
        return limits.stream().map(item).flatMap(Optional::stream).collect(Collectors.joining(", "));
    }

    /** Requests are the draft's default; {@code content-bytes} is its name for bytes, and for events it has none. */
    static String unit(LimitKind kind) {
        return switch (kind) {
            case BYTES -> ";qu=\"content-bytes\"";
            case EVENTS -> ";qu=\"events\"";
            default -> "";
        };
    }
}
