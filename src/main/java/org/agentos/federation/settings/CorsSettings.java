package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Set;

/**
 * Which web pages may call the gateway from a browser.
 *
 * @param any pages of every origin, never in prod
 * @param origins as browsers write them; empty with {@code any} false: none, and no answer speaks of it
 * @param maxAge how long a browser may remember a permission
 */
public record CorsSettings(boolean any, Set<String> origins, Duration maxAge) {
    public static final CorsSettings OFF = new CorsSettings(false, Set.of(), Duration.ZERO);

    /** In the list of origins: every origin. */
    static final String ANY = "*";

    public boolean on() {
        return any || !origins.isEmpty();
    }

    /**
     * Whether pages of an origin may call.
     *
     * @param origin as it stands in the header of a request
     */
    public boolean allows(String origin) {
        return any || origins.contains(origin);
    }
}
