package org.agentos.federation.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.component.EventLogAccess;
import org.agentos.federation.component.EventLogEndpoint;
import org.agentos.federation.routes.CamelOptions;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.settings.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Camel with the routes of a trial, set up as the gateway sets it up, with its error policies and templates but without
 * its routes and beans. Routes that take from elsewhere than the event log or each other are left out.
 */
final class TriedRoutes implements AutoCloseable {
    private static final Set<String> TRIED = Set.of("event-log", "direct", "seda", "kamelet");

    private final Main main = new Main();
    private final List<RouteFile> files;
    private final List<String> leftOut = new ArrayList<>();
    private Journal journal;

    /**
     * Loads them.
     *
     * @param support the gateway's own files without routes
     * @throws TrialException naming what keeps them from being loaded
     */
    TriedRoutes(
            Settings settings, List<RouteFile> support, List<RouteFile> files, EventLogAccess access, boolean real) {
        this.files = files;
        Properties options = CamelOptions.of(settings, 1);
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(options);
        main.configure().withRoutesCollectorEnabled(false);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                load((ModelCamelContext) getContext(), support, real);
            }
        });
        try {
            main.init();
        } catch (Exception notLoaded) {
            throw new TrialException(StartFailure.told(notLoaded));
        }
        main.getCamelContext().getRegistry().bind("eventLogAccess", access);
    }

    /** Loads what is to be tried, and has Camel tell the journal what becomes of it. */
    private void load(ModelCamelContext camel, List<RouteFile> support, boolean real) throws Exception {
        for (RouteFile file : Stream.concat(support.stream(), files.stream()).toList()) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.resolveResource(camel, "file:" + file.path()));
        }
        for (RouteDefinition route : List.copyOf(camel.getRouteDefinitions())) {
            String from = route.getInput().getEndpointUri();
            if (from.startsWith("{{")) {
                from = camel.resolvePropertyPlaceholders(from);
            }
            if (!TRIED.contains(from.replaceFirst("[:?].*", ""))) {
                leftOut.add("route " + route.getRouteId() + " takes from " + from + " and is not tried");
                camel.removeRouteDefinition(route);
            }
        }
        Set<String> directs = camel.getRouteDefinitions().stream()
                .map(route -> route.getInput()
                        .getEndpointUri()
                        .replaceFirst("\\?.*", "")
                        .replace("://", ":"))
                .filter(from -> from.startsWith("direct:"))
                .collect(Collectors.toSet());
        camel.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> triedOnce(endpoint));
        Recorder recorder = new Recorder(directs);
        if (!real) {
            camel.getCamelContextExtension().registerEndpointCallback(recorder);
        }
        journal = new Journal(recorder);
        camel.getManagementStrategy().addEventNotifier(journal);
    }

    /** A trial has not the quarter of an hour that a subscription gives a sink which is away. */
    private static Endpoint triedOnce(Endpoint endpoint) {
        if (endpoint instanceof EventLogEndpoint subscription) {
            subscription.setMaximumRedeliveries(0);
        }
        return endpoint;
    }

    /** @throws TrialException naming what keeps them from starting */
    void start() {
        try {
            main.start();
        } catch (Exception failed) {
            throw new TrialException(StartFailure.told(failed));
        }
        List<String> missing = files.stream()
                .flatMap(file -> file.routes().stream())
                .filter(route -> route.id() != null && route.from().startsWith("event-log:"))
                .filter(route -> camel().getRoute(route.id()) == null)
                .map(route -> "route " + route.id() + " did not start")
                .toList();
        if (!missing.isEmpty()) {
            throw new TrialException(missing);
        }
    }

    /** The endpoints from which events come to the tried routes. */
    List<EventLogEndpoint> subscriptions() {
        return camel().getRoutes().stream()
                .map(Route::getEndpoint)
                .filter(EventLogEndpoint.class::isInstance)
                .map(EventLogEndpoint.class::cast)
                .toList();
    }

    /** Routes of the files that are not tried, and why. */
    List<String> leftOut() {
        return leftOut;
    }

    Journal journal() {
        return journal;
    }

    /** Whether nothing is under way in them, copies that a route sends on its own included. */
    boolean isIdle() {
        return camel().getInflightRepository().size() == 0;
    }

    private CamelContext camel() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }
}
