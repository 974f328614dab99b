package org.agentos.federation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.agentos.federation.routes.CamelOptions;
import org.agentos.federation.routes.ExtensionReload;
import org.agentos.federation.routes.RouteFailure;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.routes.RouteFolders;
import org.agentos.federation.routes.RouteOutline;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.apache.camel.support.SimpleTypeConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel with the route files of the application's home. Camel itself logs a normal start when routes are missing, so
 * this reads the files once itself and checks that every route in them has started.
 */
final class RouteRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteRuntime.class);

    /** For exchanges that outlived the listener's drain, a redelivery that waits say: nobody hears their answer. */
    private static final int SHUTDOWN_SECONDS = 1;

    private static final String DEMO = "demo";

    private final List<RouteFile> files;
    private final Path extensions;
    private final Main main = new Main();

    /** Prepares Camel; routes are read and started by {@link #start}. */
    RouteRuntime(Settings settings) {
        Path folder = settings.home().resolve("routes");
        this.extensions = folder.resolve(RouteFolders.EXTENSIONS).toAbsolutePath();
        this.files = routeFiles(folder, settings.profile());
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(CamelOptions.of(settings, SHUTDOWN_SECONDS));
        main.configure()
                .withRoutesIncludePattern(
                        files.stream().map(file -> "file:" + file.path()).collect(Collectors.joining(",")));
        attempt(main::init);
    }

    private void attempt(Step step) throws StartupException {
        try {
            step.take();
        } catch (Exception failure) {
            LOG.debug("routes do not start", failure);
            throw new StartupException(List.of(RouteFailure.told(failure, files)));
        }
    }

    /** Of a start, which may fail in any way. */
    private interface Step {
        void take() throws Exception;
    }

    private static List<RouteFile> routeFiles(Path folder, Profile profile) {
        try {
            List<RouteFile> files = profile == Profile.PROD
                    ? RouteFile.readAll(folder, RouteFolders.EXTENSIONS_SAMPLES, DEMO)
                    : RouteFile.readAll(folder, RouteFolders.EXTENSIONS_SAMPLES);
            if (files.isEmpty()) {
                throw new StartupException(List.of("there are no routes in " + folder));
            }
            requireIds(files, folder.resolve(RouteFolders.EXTENSIONS).toAbsolutePath());
            RouteFile.passedOver(folder, RouteFolders.EXTENSIONS_SAMPLES, RouteFolders.KAMELETS)
                    .forEach(file ->
                            LOG.warn("not loaded, for route files are those that end with .yaml file={}", file));
            return RouteFile.withTemplates(files, List.of());
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(List.of("the routes cannot be read: " + e.getMessage()));
        }
    }

    /** A route that nobody can name could be missing without anybody noticing; in an extension it is its author's affair. */
    private static void requireIds(List<RouteFile> files, Path extensions) {
        List<String> problems = files.stream()
                .filter(file -> !file.hasAllIds() && !file.path().startsWith(extensions))
                .map(file -> file.path() + " has a route without an id")
                .toList();
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
    }

    CamelContext camel() {
        return main.getCamelContext();
    }

    /** Has changed files of extensions taken over from now on. */
    void watchExtensions() throws Exception {
        List<RouteFile> own = files.stream()
                .filter(file -> !file.path().startsWith(extensions))
                .toList();
        ExtensionReload.watch(camel(), extensions, own);
    }

    /** Starts every route, each of which may name the beans. */
    void start(Map<String, Object> beans) {
        beans.forEach(camel().getRegistry()::bind);
        knowLogLevels();
        attempt(main::start);
        List<String> missing = files.stream()
                .flatMap(file -> file.routes().stream())
                .map(RouteOutline::id)
                .filter(id -> id != null && !isStarted(id))
                .collect(Collectors.toCollection(ArrayList::new));
        files.stream()
                .filter(file -> !hasStarted(file))
                .forEach(file -> missing.add("one without an id in " + file.path()));
        if (!missing.isEmpty()) {
            throw new StartupException(List.of("routes did not start: " + String.join(", ", missing)));
        }
    }

    /**
     * An error policy of a route is read anew at each failure. Without a converter of its own each log level in it has
     * Camel search all converters in vain, which was a third of the work of a refusal.
     */
    private void knowLogLevels() {
        camel().getTypeConverterRegistry()
                .addTypeConverter(
                        LoggingLevel.class,
                        String.class,
                        new SimpleTypeConverter(
                                false,
                                (type, exchange, level) -> LoggingLevel.valueOf(
                                        ((String) level).trim().toUpperCase(Locale.ROOT))));
    }

    /** Camel gives a route without an id one of its own; so those of a file are counted. */
    private boolean hasStarted(RouteFile file) {
        return file.hasAllIds()
                || camel().getRoutes().stream()
                                .filter(route -> isFrom(file, route) && isStarted(route.getRouteId()))
                                .count()
                        >= file.routes().size();
    }

    private static boolean isFrom(RouteFile file, Route route) {
        return route.getSourceResource() != null
                && route.getSourceResource().getLocation().endsWith(file.path().toString());
    }

    private boolean isStarted(String id) {
        return camel().getRoute(id) != null
                && camel().getRouteController().getRouteStatus(id).isStarted();
    }

    @Override
    public void close() {
        main.stop();
    }
}
