package org.agentos.federation.routes;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Walks the tree of one route in a YAML file and notes what it names. */
final class OutlineReader {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}:]+)(?::[^{}]*)?}}");
    private static final Set<String> BEAN_MEMBERS = Set.of(
            "ref",
            "idempotentRepository",
            "executorService",
            "aggregationStrategy",
            "onExceptionOccurredRef",
            "onRedeliveryRef");

    private final Set<String> targets = new LinkedHashSet<>();
    private final Set<String> beans = new LinkedHashSet<>();
    private final Set<String> placeholders = new LinkedHashSet<>();

    static RouteOutline read(String kind, Map<?, ?> definition) {
        OutlineReader reader = new OutlineReader();
        reader.walk(null, definition);
        Object from = definition.get("from");
        String uri = YamlShape.text(from instanceof Map<?, ?> members ? members.get("uri") : from, "from");
        reader.targets.remove(uri);
        return new RouteOutline(
                kind,
                YamlShape.text(definition.get("id"), "the id of a " + kind),
                YamlShape.text(definition.get("description"), "the description of a " + kind),
                YamlShape.text(definition.get("routeConfigurationId"), "routeConfigurationId"),
                uri,
                reader.targets,
                reader.beans,
                reader.placeholders);
    }

    private void walk(String name, Object node) {
        if (node instanceof Map<?, ?> members) {
            members.forEach((key, value) -> walkMember(name, String.valueOf(key), value));
        } else if (node instanceof List<?> items) {
            items.forEach(item -> walk(name, item));
        } else if (node instanceof String text) {
            Matcher used = PLACEHOLDER.matcher(text);
            while (used.find()) {
                placeholders.add(used.group(1));
            }
        }
    }

    private void walkMember(String parent, String name, Object value) {
        if (value instanceof String text) {
            if (name.equals("uri") || (name.equals("to") && "steps".equals(parent))) {
                targets.add(text);
            } else if (namesBean(parent, name, text)) {
                beans.add(text.startsWith("#") ? text.substring(1) : text);
            }
        }
        walk(name, value);
    }

    /** By the member it stands in, or by Camel's mark for a bean as the value of an endpoint's parameter. */
    private static boolean namesBean(String parent, String name, String text) {
        return BEAN_MEMBERS.contains(name)
                || (name.equals("expression") && "ref".equals(parent))
                || text.startsWith("#");
    }
}
