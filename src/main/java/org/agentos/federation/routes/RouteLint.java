package org.agentos.federation.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at an integrator's route files beside the gateway's own: what would fail, and what is seldom meant. */
public final class RouteLint {
    private static final String HTTP = "platform-http:";
    private static final String DIRECT = "direct:";
    private static final String SUBSCRIPTION = "event-log:";
    private static final String POLICY = "error policy ";
    private static final String TEMPLATE = "template ";
    private static final String ADMITS_BY_ITSELF = "direct:ingest-events";
    private static final Pattern BEAN = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern ADMIT = Pattern.compile("(admit|prove)[A-Z].*");

    /**
     * Something worth a look.
     *
     * @param error the gateway would not start, or the route never work; else a warning
     */
    public record Finding(boolean error, String file, String text) {
        @Override
        public String toString() {
            return (error ? "error " : "warning ") + file + ": " + text;
        }
    }

    private final List<RouteFile> files;
    private final Surroundings surroundings;
    private final Set<String> beans;
    private final Set<String> policies;
    private final Set<String> ids = new HashSet<>();
    private final Set<String> idsOfOthers = new HashSet<>();
    private final Set<String> subscriptions = new HashSet<>();
    private final EndpointLint endpoints;
    private final Map<String, RouteTemplate> templates;
    private final List<Finding> findings = new ArrayList<>();

    /** Of the extensions; the gateway's own files are what they may name. */
    public RouteLint(List<RouteFile> own, List<RouteFile> extensions, Surroundings surroundings) {
        this.files = RouteFile.withTemplates(extensions, own);
        this.surroundings = surroundings;
        this.beans = Stream.concat(
                        own.stream()
                                .flatMap(file -> file.outlines().stream())
                                .flatMap(outline -> outline.beans().stream()),
                        extensions.stream().flatMap(file -> file.names().beans().stream()))
                .collect(Collectors.toSet());
        this.templates = Stream.concat(own.stream(), extensions.stream())
                .flatMap(file -> file.templates().stream())
                .collect(Collectors.toMap(RouteTemplate::id, template -> template, (first, second) -> first));
        List<RouteOutline> all = Stream.concat(own.stream(), files.stream())
                .flatMap(file -> file.outlines().stream())
                .toList();
        this.policies = all.stream()
                .filter(outline -> !outline.isRoute())
                .map(RouteOutline::id)
                .collect(Collectors.toSet());
        Set<String> directs = all.stream()
                .filter(outline -> outline.isRoute() && outline.from() != null)
                .map(route -> EndpointLint.plain(route.from()))
                .filter(from -> from.startsWith(DIRECT))
                .collect(Collectors.toSet());
        this.endpoints = new EndpointLint(surroundings, directs, templates.keySet());
        for (RouteFile file : own) {
            file.routes().forEach(route -> ids.add(route.id()));
            file.policies().forEach(policy -> idsOfOthers.add(POLICY + policy.id()));
            file.templates().forEach(template -> idsOfOthers.add(TEMPLATE + template.id()));
        }
    }

    /** All findings, in the order of the files. */
    public List<Finding> findings() {
        for (RouteFile file : files) {
            String name = file.path().getFileName().toString();
            file.names().classes().stream()
                    .filter(type -> !surroundings.isClass().test(type))
                    .forEach(type ->
                            error(name, "names the class " + type + ", which is neither in lib nor in lib/ext"));
            file.policies().forEach(policy -> lookAtPolicy(name, policy));
            file.templates().forEach(template -> requireFirst(name, TEMPLATE + template.id()));
            file.uses().forEach(use -> lookAtUse(name, use));
            file.routes().forEach(route -> look(name, route));
        }
        return List.copyOf(findings);
    }

    private void lookAtPolicy(String file, RouteOutline policy) {
        if (policy.id() == null) {
            warn(file, "an error policy has no id: it holds for every route that names none, of other files too");
        } else {
            requireFirst(file, POLICY + policy.id());
        }
        endpoints.errors(policy).forEach(wrong -> error(file, POLICY + policy.id() + " " + wrong));
    }

    /** Of two with one id Camel takes one and says nothing. */
    private void requireFirst(String file, String which) {
        if (!idsOfOthers.add(which)) {
            error(file, which + " has the id of another");
        }
    }

    private void lookAtUse(String file, TemplateUse use) {
        String which = use.routeId() == null ? "a templated route without an id " : "route " + use.routeId() + " ";
        RouteTemplate template = templates.get(use.template());
        if (template == null) {
            error(file, which + "is made of the template " + use.template() + ", which no file has");
        } else {
            template.misuses(use).forEach(wrong -> error(file, which + wrong));
        }
    }

    private void look(String file, RouteOutline route) {
        String which = route.id() == null ? "a route without an id " : "route " + route.id() + " ";
        if (route.id() == null) {
            warn(file, "a route has no id, so logs and metrics cannot name it");
        } else if (!ids.add(route.id())) {
            error(file, which + "has the id of another route");
        }
        if (route.policy() != null && !policies.contains(route.policy())) {
            error(file, which + "names the error policy " + route.policy() + ", which no file has");
        }
        route.beans().stream()
                .map(bean -> bean.replaceFirst("^bean:", ""))
                .filter(bean -> BEAN.matcher(bean).matches() && !beans.contains(bean))
                .forEach(bean -> warn(
                        file,
                        which + "names the bean " + bean + ", which no file declares and the gateway"
                                + " does not have"));
        if (route.description() == null) {
            warn(file, which + "has no description");
        }
        if (route.from() == null) {
            error(file, which + "takes from nowhere");
            return;
        }
        lookAtEndpoints(file, which, route);
        if (route.from().startsWith(HTTP)) {
            lookAtPath(file, which, route);
        }
    }

    private void lookAtEndpoints(String file, String which, RouteOutline route) {
        endpoints.errors(route).forEach(wrong -> error(file, which + wrong));
        if (route.from().startsWith(SUBSCRIPTION) && !subscriptions.add(EndpointLint.plain(route.from()))) {
            error(file, which + "consumes from " + route.from() + ", as another route does");
        }
    }

    private void lookAtPath(String file, String which, RouteOutline route) {
        String path = route.from().substring(HTTP.length());
        boolean admits = route.targets().contains(ADMITS_BY_ITSELF)
                || route.beans().stream().anyMatch(bean -> ADMIT.matcher(bean).matches());
        if (!admits) {
            warn(file, which + "serves " + path + " to everybody: it has no admit step");
        }
        if (!path.startsWith("/ext/")) {
            warn(file, which + "serves " + path + ", which the gateway may need itself; take one below /ext/");
        }
        if (route.policy() == null) {
            warn(file, which + "names no error policy; refuse-clearly gives its callers the usual errors");
        }
    }

    private void error(String file, String text) {
        findings.add(new Finding(true, file, text));
    }

    private void warn(String file, String text) {
        findings.add(new Finding(false, file, text));
    }
}
