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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

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
    static final String KAMELET = ".kamelet.yaml";

    private static final Pattern LIKE_YAML = Pattern.compile("\\.ya?ml$", Pattern.CASE_INSENSITIVE);

    /**
     * Reads every {@code *.yaml} below a folder but for Kamelets, in the order of their paths. What is hidden, by a name that
     * begins with a dot, is left out: editors put their own things there, and mounted configurations a second copy of all.
     *
     * @param leftOut folders relative to it whose files are not even looked at
     * @throws IllegalArgumentException naming the file that does not hold routes
     */
    public static List<RouteFile> readAll(Path folder, String... leftOut) throws IOException {
        List<RouteFile> read = new ArrayList<>();
        for (Path file : files(folder, leftOut)) {
            if (isRead(file)) {
                read.add(read(file));
            }
        }
        return read;
    }

    /**
     * The files below a folder that look like route files and are not read, for their names end otherwise.
     *
     * @param leftOut as with {@link #readAll}
     */
    public static List<Path> passedOver(Path folder, String... leftOut) throws IOException {
        return files(folder, leftOut).stream()
                .filter(file -> LIKE_YAML.matcher(file.toString()).find() && !isRead(file))
                .toList();
    }

    private static List<Path> files(Path folder, String... leftOut) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !isHidden(folder.relativize(file)))
                    .filter(file -> Stream.of(leftOut).map(folder::resolve).noneMatch(file::startsWith))
                    .filter(file -> !Files.isDirectory(file)) // a link to nothing is worth an error
                    .sorted()
                    .toList();
        }
    }

    /** Whether a file of this name is one of routes. */
    static boolean isRead(Path file) {
        return file.toString().endsWith(".yaml") && !file.toString().endsWith(KAMELET);
    }

    /** Whether a part of this path, relative to the folder of the files, begins with a dot. */
    static boolean isHidden(Path inFolder) {
        return Stream.iterate(inFolder, Objects::nonNull, Path::getParent)
                .anyMatch(part -> part.getFileName().toString().startsWith("."));
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
            List<Map<?, ?>> entries = YamlShape.entries(
                    new Load(LoadSettings.builder().build()).loadFromInputStream(new ByteArrayInputStream(text)));
            return new RouteFile(
                    file.toAbsolutePath(),
                    outlines(entries),
                    definitions(entries, "routeTemplate")
                            .map(RouteTemplate::read)
                            .toList(),
                    definitions(entries, "templatedRoute")
                            .map(TemplateUse::read)
                            .toList(),
                    FileNames.in(entries));
        } catch (YamlShape.UnfitException | YamlEngineException e) {
            throw new IllegalArgumentException(file + " is not a file of routes: " + e.getMessage(), e);
        }
    }

    private static List<RouteOutline> outlines(List<Map<?, ?>> entries) {
        List<RouteOutline> outlines = new ArrayList<>();
        for (Map<?, ?> entry : entries) {
            entry.forEach((kind, definition) -> {
                if ("route".equals(kind) || "routeConfiguration".equals(kind)) {
                    outlines.add(OutlineReader.read((String) kind, YamlShape.map(definition, "a " + kind)));
                } else if ("from".equals(kind)) { // a route in Camel's shortest form, which has no name
                    outlines.add(OutlineReader.read("route", Map.of("from", definition)));
                }
            });
        }
        return outlines;
    }

    private static Stream<Map<?, ?>> definitions(List<Map<?, ?>> entries, String kind) {
        return entries.stream()
                .map(entry -> entry.get(kind))
                .filter(Objects::nonNull)
                .map(found -> YamlShape.map(found, "a " + kind));
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

    /** The error policies in this file. */
    List<RouteOutline> policies() {
        return outlines.stream().filter(outline -> !outline.isRoute()).toList();
    }

    /** The routes in this file, without the error policies. */
    public List<RouteOutline> routes() {
        return outlines.stream().filter(RouteOutline::isRoute).collect(Collectors.toList());
    }
}
