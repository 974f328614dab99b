package org.agentos.federation.routes;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changed route files of integrators over while the gateway runs, for development. Camel watches the folder; its own way
 * to reload stops all routes, the gateway's too, before it looks at the file. Here a file is looked at first, its routes alone
 * are replaced, and when the new ones do not start the old ones do again.
 */
public final class ExtensionReload {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionReload.class);
    private static final String KAMELET = "kamelet:";

    /** For what is under way in a route that is replaced. */
    private static final int SECONDS_TO_STOP = 5;

    private final ModelCamelContext camel;
    private final Path folder;
    private final Path samples;
    private final Surroundings surroundings;
    private final List<RouteFile> own;
    private final Map<Path, Running> running = new HashMap<>();

    /** A file as it is at work. */
    private record Running(String text, RouteFile file) {}

    private ExtensionReload(CamelContext camel, Path folder, List<RouteFile> own) {
        this.camel = (ModelCamelContext) camel;
        this.folder = folder;
        this.samples = folder.resolve(RouteFolders.SAMPLES);
        this.surroundings = Surroundings.of(folder.getParent());
        this.own = own;
    }

    /**
     * Begins to watch; ends with Camel.
     *
     * @param folder of the integrators' files, of which those are at work that lie there now
     * @param own the gateway's files
     */
    public static void watch(CamelContext camel, Path folder, List<RouteFile> own) throws Exception {
        ExtensionReload reload = new ExtensionReload(camel, folder, own);
        for (RouteFile file : RouteFile.readAll(folder, RouteFolders.SAMPLES)) {
            reload.running.put(file.path(), new Running(Files.readString(file.path()), file));
        }
        FileWatcherResourceReloadStrategy watcher = new FileWatcherResourceReloadStrategy(folder.toString(), true);
        watcher.setFileFilter(reload::isWatched);
        watcher.setResourceReload((name, resource) -> reload.take(Path.of(name).toAbsolutePath()));
        camel.addService(watcher);
        LOG.info("routes are taken over when their files change folder={}", folder);
    }

    private boolean isWatched(File file) {
        Path path = file.toPath().toAbsolutePath();
        return path.startsWith(folder)
                && !path.startsWith(samples)
                && RouteFile.isRead(path)
                && !RouteFile.isHidden(folder.relativize(path));
    }

    /** Called by one thread, for each change that was seen; the same change may be seen twice. */
    private void take(Path file) {
        Running before = running.get(file);
        try {
            String text = Files.exists(file) ? Files.readString(file) : null;
            if (before != null && before.text().equals(text)) {
                return;
            }
            Running now =
                    text == null ? null : new Running(text, RouteFile.of(file, text.getBytes(StandardCharsets.UTF_8)));
            requireFit(before, now);
            replace(file, before, now);
            LOG.info("routes taken over file={} routes={}", file, now == null ? List.of() : ids(now.file()));
        } catch (Exception notTaken) {
            LOG.warn("routes not taken over, those of before go on file={} problem={}", file, told(notTaken));
        }
    }

    private void requireFit(Running before, Running now) {
        if (Stream.of(before, now).filter(Objects::nonNull).anyMatch(one -> namesKamelets(one.file()))) {
            throw new IllegalArgumentException(
                    "a route of Kamelets is not taken over while the gateway runs; restart it");
        }
        if (now != null) {
            List<RouteFile> known = new ArrayList<>(own);
            running.values().stream()
                    .map(Running::file)
                    .filter(other -> !other.path().equals(now.file().path()))
                    .forEach(known::add);
            List<String> errors = new RouteLint(known, List.of(now.file()), surroundings)
                    .findings().stream()
                            .filter(RouteLint.Finding::error)
                            .map(RouteLint.Finding::text)
                            .toList();
            if (!errors.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", errors));
            }
        }
    }

    private static boolean namesKamelets(RouteFile file) {
        return file.routes().stream()
                .flatMap(route -> Stream.concat(Stream.ofNullable(route.from()), route.targets().stream()))
                .anyMatch(uri -> uri.startsWith(KAMELET));
    }

    private void replace(Path file, Running before, Running now) throws Exception {
        remove(before);
        try {
            load(file, now);
        } catch (Exception notStarted) {
            remove(now);
            putBack(file, before, notStarted);
            throw notStarted;
        }
        if (now == null) {
            running.remove(file);
        } else {
            running.put(file, now);
        }
    }

    /** What cannot be put back is not at work, and is taken over again as soon as it is written. */
    private void putBack(Path file, Running before, Exception why) {
        try {
            load(file, before);
        } catch (Exception neither) {
            running.remove(file);
            LOG.error("routes of before do not start again, none of the file are at work file={}", file);
            why.addSuppressed(neither);
        }
    }

    private void load(Path file, Running text) throws Exception {
        if (text != null) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file, text.text()));
        }
    }

    private void remove(Running gone) throws Exception {
        if (gone == null) {
            return;
        }
        for (Route route : List.copyOf(camel.getRoutes())) {
            if (isOf(gone.file(), route)) {
                camel.getRouteController().stopRoute(route.getRouteId(), SECONDS_TO_STOP, TimeUnit.SECONDS);
                camel.removeRoute(route.getRouteId());
            }
        }
        for (RouteOutline outline : gone.file().outlines()) {
            if (!outline.isRoute() && camel.getRouteConfigurationDefinition(outline.id()) != null) {
                camel.removeRouteConfiguration(camel.getRouteConfigurationDefinition(outline.id()));
            }
        }
        for (RouteTemplate template : gone.file().templates()) {
            camel.removeRouteTemplates(template.id());
        }
    }

    private boolean isOf(RouteFile file, Route route) {
        return ids(RouteFile.withTemplates(List.of(file), own).get(0)).contains(route.getRouteId())
                || (route.getSourceResource() != null
                        && route.getSourceResource().getLocation().endsWith(":" + file.path()));
    }

    private static List<String> ids(RouteFile file) {
        return file.routes().stream()
                .map(RouteOutline::id)
                .filter(Objects::nonNull)
                .toList();
    }

    private static String told(Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            return failure.getMessage(); // of this package, whole sentences
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root instanceof IOException ? root.toString() : String.valueOf(root.getMessage());
    }
}
