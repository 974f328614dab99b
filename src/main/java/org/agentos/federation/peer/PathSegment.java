package org.agentos.federation.peer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An id as one segment of a URL's path. */
public final class PathSegment {
    private PathSegment() {}

    public static String of(String id) {
        // A dot segment would lead out of the path.
        if (id.equals(".") || id.equals("..")) {
            return id.replace(".", "%2E");
        }
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
