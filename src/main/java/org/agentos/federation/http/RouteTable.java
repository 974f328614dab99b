package org.agentos.federation.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All routes by path, the most specific first. Read by the event loops without a lock; changed only while routes start
 * and stop.
 */
final class RouteTable {
    private volatile List<PathRoutes> paths = List.of();

    /** The routes of the most specific path that matches, with the path's decoded parameters. */
    record Found(PathRoutes routes, List<String> values) {}

    /** @throws IllegalArgumentException when another route already answers the same requests */
    synchronized void add(HttpRoute route) {
        List<HttpRoute> routes = routes();
        routes.stream().filter(route::clashesWith).findAny().ifPresent(other -> {
            throw new IllegalArgumentException("Two routes serve " + route.methods() + " " + route.pattern());
        });
        routes.add(route);
        rebuild(routes);
    }

    synchronized void remove(HttpRoute route) {
        List<HttpRoute> routes = routes();
        routes.remove(route);
        rebuild(routes);
    }

    /** Finds by a path as sent, still encoded. */
    Optional<Found> find(String path) {
        List<String> segments = PathPattern.split(path);
        for (PathRoutes candidate : paths) {
            List<String> values = candidate.pattern().match(segments);
            if (values != null) {
                return Optional.of(new Found(candidate, values));
            }
        }
        return Optional.empty();
    }

    private List<HttpRoute> routes() {
        List<HttpRoute> routes = new ArrayList<>();
        paths.forEach(path -> routes.addAll(path.routes()));
        return routes;
    }

    private void rebuild(List<HttpRoute> routes) {
        List<PathRoutes> rebuilt = new ArrayList<>();
        routes.stream()
                .map(HttpRoute::pattern)
                .distinct()
                .sorted(Comparator.naturalOrder())
                .forEach(pattern -> rebuilt.add(new PathRoutes(
                        pattern,
                        routes.stream()
                                .filter(route -> route.pattern().equals(pattern))
                                .toList())));
        paths = List.copyOf(rebuilt);
    }
}
