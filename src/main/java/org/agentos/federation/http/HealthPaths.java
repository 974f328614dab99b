package org.agentos.federation.http;

import java.util.Set;

/**
 * The paths of route endpoints that tell how the gateway is, exactly as their routes spell them.
 *
 * @param underLoad answered by a small lane of their own, so also when every other request is refused
 * @param whileDraining answered while the gateway starts, drains and stops
 */
public record HealthPaths(Set<String> underLoad, Set<String> whileDraining) {
    public static final HealthPaths NONE = new HealthPaths(Set.of(), Set.of());
}
