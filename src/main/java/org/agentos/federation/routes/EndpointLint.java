package org.agentos.federation.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at the endpoints that a route names: whether there is anything behind each.
 *
 * @param directs the {@code direct:} endpoints at which a route begins
 * @param templates the ids of templates, which may be named as Kamelets too
 */
record EndpointLint(Surroundings surroundings, Set<String> directs, Set<String> templates) {
    private static final String DIRECT = "direct:";
    private static final String KAMELET = "kamelet:";

    /** Where a Kamelet itself is tied to the route that names it. */
    private static final Set<String> IN_KAMELETS = Set.of("source", "sink");

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9._-]+");

    /** What is wrong, in words that follow the route's name. */
    List<String> errors(RouteOutline route) {
        List<String> errors = new ArrayList<>();
        Stream.concat(Stream.ofNullable(route.from()), route.targets().stream()).forEach(uri -> look(uri, errors));
        return errors;
    }

    private void look(String uri, List<String> errors) {
        String scheme = uri.replaceAll("[:?].*", "");
        if (!isOpen(scheme) && !surroundings.isComponent().test(scheme)) {
            errors.add("uses " + scheme + ", a component that is neither in lib nor in lib/ext; camel-" + scheme
                    + " has it as a rule, of the version of lib/camel-api");
        }
        String plain = plain(uri);
        if (plain.startsWith(DIRECT) && !isOpen(plain) && !directs.contains(plain)) {
            errors.add("sends to " + uri + ", where no route begins");
        }
        if (plain.startsWith(KAMELET) && !isOpen(plain) && !isKamelet(plain.substring(KAMELET.length()))) {
            errors.add("uses " + plain + ", a Kamelet that has no file in routes/kamelets");
        }
    }

    /** Whether a setting, or the message at hand, has a say in it: then it may be anything. */
    private static boolean isOpen(String text) {
        return text.contains("{{") || text.contains("${");
    }

    /** Behind a slash stands the id that the Kamelet's route is to have. */
    private boolean isKamelet(String named) {
        String name = named.replaceFirst("/.*", "");
        return IN_KAMELETS.contains(name)
                || templates.contains(name)
                || (FILE_NAME.matcher(name).matches()
                        && surroundings.isKamelet().test(name));
    }

    /** An endpoint without its options, and without the slashes that may stand after its scheme. */
    static String plain(String uri) {
        return uri.replaceFirst("\\?.*", "").replaceFirst("^([^:]*):(//)?", "$1:");
    }
}
