package org.agentos.federation.routes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A YAML file of routes, of error policies or of templates.
 *
 * @param path absolute
 * @param outlines its routes, those made of templates too once {@link #withTemplates} has told them, and its error policies
 * @param templates what it offers others
 * @param uses what it makes of templates
 * @param names what else it names
 */
public record RouteFile(
        Path path,
        List<RouteOutline> outlines,
        List<RouteTemplate> templates,
        List<TemplateUse> uses,
        FileNames names) {
    /** Kamelets are read by Camel's component of that name when a route names them. */
    private static final String KAMELET = ".kamelet.yaml";

    /**
     * Reads every {@code *.yaml} below a folder but for Kamelets, in the order of their paths.
     *
     * @param leftOut folders relative to it whose files are not even looked at
     * @throws IllegalArgumentException naming the file that does not hold routes
     */
    public static List<RouteFile> readAll(Path folder, String... leftOut) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> yaml = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().endsWith(KAMELET))
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
        return of(file, Files.readAllBytes(file));
    }

    /** As {@link #read}, of what stood in the file when it was read. */
    static RouteFile of(Path file, byte[] text) {
        try {
            Object document =
                    new Load(LoadSettings.builder().build()).loadFromInputStream(new ByteArrayInputStream(text));
            if (document == null) {
                throw new IllegalArgumentException(file + " is not a file of routes: it is empty");
            }
            return new RouteFile(
                    file.toAbsolutePath(),
                    outlines(document),
                    definitions(document, "routeTemplate")
                            .map(RouteTemplate::read)
                            .toList(),
                    definitions(document, "templatedRoute")
                            .map(TemplateUse::read)
                            .toList(),
                    FileNames.in(document));
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

    private static Stream<Map<?, ?>> definitions(Object document, String kind) {
        return ((List<?>) document)
                .stream()
                        .map(item -> ((Map<?, ?>) item).get(kind))
                        .filter(Objects::nonNull)
                        .map(found -> (Map<?, ?>) found);
    }

    /**
     * The same files with the routes that they make of templates, as far as these are there.
     *
     * @param known further files that may have templates
     */
    public static List<RouteFile> withTemplates(List<RouteFile> files, List<RouteFile> known) {
        Map<String, RouteTemplate> templates = new HashMap<>();
        Stream.concat(known.stream(), files.stream())
                .flatMap(file -> file.templates().stream())
                .forEach(template -> templates.putIfAbsent(template.id(), template));
        return files.stream().map(file -> file.withTemplates(templates)).toList();
    }

    private RouteFile withTemplates(Map<String, RouteTemplate> known) {
        List<RouteOutline> all = new ArrayList<>(outlines);
        uses.stream()
                .filter(use -> known.containsKey(use.template()))
                .map(use -> known.get(use.template()).used(use))
                .forEach(all::add);
        return new RouteFile(path, all, templates, uses, names);
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
