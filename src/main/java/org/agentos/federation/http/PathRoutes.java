package org.agentos.federation.http;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** The routes of one path, told apart by method, then by what they consume, then by what they produce. */
record PathRoutes(PathPattern pattern, List<HttpRoute> routes) {

    /**
     * Chooses the route for a request.
     *
     * @param contentType null when nothing is said, or there is no body
     * @param accept null: anything
     * @throws FederationException 405 with Allow, 415 or 406
     */
    HttpRoute choose(String method, String contentType, String accept) {
        List<HttpRoute> left = keep(routes, route -> route.methods().contains(method));
        if (left.isEmpty()) {
            throw new FederationException(ErrorCode.METHOD_NOT_ALLOWED, "This path does not serve this method.")
                    .header("Allow", allowed());
        }
        List<HttpRoute> ofMethod = left;
        left = keep(left, route -> route.takes(contentType));
        if (left.isEmpty()) {
            throw new FederationException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "This path does not take this Content-Type, but " + taken(ofMethod) + ".");
        }
        List<MediaRange> accepted = MediaRange.parseList(accept);
        left = keep(left, route -> route.gives(accepted));
        if (left.isEmpty()) {
            throw new FederationException(
                    ErrorCode.NOT_ACCEPTABLE, "This path has nothing of the types in the Accept header.");
        }
        return left.get(0);
    }

    /** The route whose headers stand on the answer to a request that none of them takes: the first. */
    String servedRouteId() {
        return routes.get(0).consumer().servedRouteId();
    }

    /** The methods that the path serves, as {@code Allow} lists them. */
    String allowed() {
        TreeSet<String> methods = new TreeSet<>();
        routes.forEach(route -> methods.addAll(route.methods()));
        return String.join(", ", methods);
    }

    private static String taken(List<HttpRoute> routes) {
        return routes.stream()
                .flatMap(route -> route.consumes().stream())
                .map(MediaRange::name)
                .collect(Collectors.joining(" or "));
    }

    private static List<HttpRoute> keep(List<HttpRoute> routes, Predicate<HttpRoute> fits) {
        if (routes.size() == 1) {
            return fits.test(routes.get(0)) ? routes : List.of();
        }
        return routes.stream().filter(fits).toList();
    }
}
