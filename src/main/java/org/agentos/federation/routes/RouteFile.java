package org.agentos.federation.routes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A YAML file of routes or of error policies.
 *
 * @param path absolute
 */
public record RouteFile(Path path, List<RouteOutline> outlines) {

    /**
     * Reads every {@code *.yaml} below a folder, in the order of their paths.
     *
     * @param leftOut folders relative to it whose files are not even looked at
     * @throws IllegalArgumentException naming the file that does not hold routes
     */
    public static List<RouteFile> readAll(Path folder, String... leftOut) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> yaml = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> Stream.of(leftOut).map(folder::resolve).noneMatch(file::startsWith))
                    .sorted()
                    .collect(Collectors.toList());
            List<RouteFile> read = new ArrayList<>(yaml.size());
            for (Path file : yaml) {
                read.add(read(file));
            }
            return read;
        }
    }

    /**
     * Reads one file.
     *
     * @throws IllegalArgumentException naming the file when it does not hold routes
     */
    public static RouteFile read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Object document = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
            if (document == null) {
                throw new IllegalArgumentException(file + " is not a file of routes: it is empty");
            }
            return new RouteFile(file.toAbsolutePath(), outlines(document));
        } catch (ClassCastException | org.snakeyaml.engine.v2.exceptions.YamlEngineException e) {
            throw new IllegalArgumentException(file + " is not a file of routes: " + e.getMessage(), e);
        }
    }

    private static List<RouteOutline> outlines(Object document) {
        List<RouteOutline> outlines = new ArrayList<>();
        for (Object item : (List<?>) document) {
            ((Map<?, ?>) item).forEach((kind, definition) -> {
                if (kind.equals("route") || kind.equals("routeConfiguration")) {
                    outlines.add(OutlineReader.read((String) kind, (Map<?, ?>) definition));
                } else if (kind.equals("from")) { // a route in Camel's shortest form, which has no name
                    outlines.add(OutlineReader.read("route", Map.of("from", definition)));
                }
            });
        }
        return outlines;
    }

    /** Whether all its routes can be told apart by their ids. */
    public boolean hasAllIds() {
        return routes().stream().allMatch(route -> route.id() != null);
    }

    /** The routes in this file, without the error policies. */
    public List<RouteOutline> routes() {
        return outlines.stream().filter(RouteOutline::isRoute).collect(Collectors.toList());
    }
}
