package org.agentos.federation.routes;

import java.nio.file.Path;
import java.util.List;

/** The route graph as text: for each file its routes, where each takes from and where it sends to. */
public final class Topology {
    private Topology() {}

    /** Prints the graph of the files below a folder; paths are relative to it. */
    public static String print(Path folder, List<RouteFile> files) {
        StringBuilder text = new StringBuilder();
        Path root = folder.toAbsolutePath();
        for (RouteFile file : files) {
            if (!file.routes().isEmpty()) {
                text.append(root.relativize(file.path())).append('\n');
                file.routes().forEach(route -> print(route, text));
            }
        }
        return text.toString();
    }

    private static void print(RouteOutline route, StringBuilder text) {
        text.append("  ").append(route.id()).append(" [").append(route.policy()).append("]\n");
        if (!("direct:" + route.id()).equals(route.from())) {
            text.append("    from ").append(route.from()).append('\n');
        }
        route.targets().forEach(target -> text.append("    to ").append(target).append('\n'));
    }
}
