package org.agentos.federation.routes;

import java.util.Set;

/**
 * What a route file says about one route or one route configuration.
 *
 * @param kind {@code route} or {@code routeConfiguration}
 * @param description null when there is none
 * @param policy the route configuration it runs under; null when it names none
 * @param from the endpoint it consumes; null for a route configuration
 * @param targets the endpoints it sends to, in the order of the file
 * @param beans every bean it names
 * @param placeholders every {@code {{property}}} it uses
 */
public record RouteOutline(
        String kind,
        String id,
        String description,
        String policy,
        String from,
        Set<String> targets,
        Set<String> beans,
        Set<String> placeholders) {

    public boolean isRoute() {
        return kind.equals("route");
    }
}
