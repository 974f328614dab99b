package org.agentos.federation.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;

/** Says of routes that do not start which one of which file it is, and what the matter is. */
public final class RouteFailure {
    private RouteFailure() {}

    /**
     * In one line, for whoever wrote the file.
     *
     * @param files in which the route stands, if it has an id
     */
    public static String told(Throwable failure, List<RouteFile> files) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> route = route(cause, files);
            if (route.isPresent()) {
                return route.get() + ": " + reason(cause.getCause() == null ? cause : cause.getCause());
            }
        }
        return reason(failure);
    }

    private static Optional<String> route(Throwable failure, List<RouteFile> files) {
        if (failure instanceof FailedToCreateRouteException created) {
            return Optional.of(route(created.getRouteId(), created.getLocation(), files));
        }
        return failure instanceof FailedToStartRouteException started
                ? Optional.of(route(started.getRouteId(), started.getLocation(), files))
                : Optional.empty();
    }

    private static String route(String id, String location, List<RouteFile> files) {
        String place = files.stream()
                .filter(file -> file.routes().stream().anyMatch(route -> id != null && id.equals(route.id())))
                .map(file -> file.path().toString())
                .findFirst()
                .filter(path -> location == null || !location.contains(path)) // which may know the line too
                .orElse(location);
        return "route " + id + (place == null ? "" : " of " + place.replaceFirst("^file:", ""));
    }

    /** What each cause says that those around it have not said. */
    private static String reason(Throwable failure) {
        List<String> said = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            if (said.stream().noneMatch(before -> before.contains(message))) {
                said.add(message);
            }
        }
        return String.join("; ", said);
    }
}
