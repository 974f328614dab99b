package org.agentos.federation.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A route with parameters ({@code routeTemplate}).
 *
 * @param parameters by name, each with its default or null
 * @param required the parameters without which it makes no route
 * @param outline of the route, its parameters as placeholders
 */
public record RouteTemplate(String id, Map<String, String> parameters, Set<String> required, RouteOutline outline) {

    static RouteTemplate read(Map<?, ?> definition) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Set<String> required = new LinkedHashSet<>();
        if (definition.get("parameters") instanceof List<?> declared) {
            for (Object one : declared) {
                Map<?, ?> parameter = YamlShape.map(one, "a parameter of a routeTemplate");
                String name = String.valueOf(parameter.get("name"));
                Object value = parameter.get("defaultValue");
                parameters.put(name, value == null ? null : String.valueOf(value));
                if (value == null && !Boolean.FALSE.equals(parameter.get("required"))) {
                    required.add(name);
                }
            }
        }
        Map<?, ?> route = definition.get("route") instanceof Map<?, ?> whole ? whole : definition;
        return new RouteTemplate(
                YamlShape.text(definition.get("id"), "the id of a routeTemplate"),
                parameters,
                required,
                OutlineReader.read("route", route));
    }

    /** The route that somebody makes of it. */
    RouteOutline used(TemplateUse use) {
        Set<String> targets = new LinkedHashSet<>();
        outline.targets().forEach(target -> targets.add(filled(target, use)));
        Set<String> placeholders = new LinkedHashSet<>(outline.placeholders());
        placeholders.removeAll(parameters.keySet());
        return new RouteOutline(
                "route",
                use.routeId(),
                outline.description(),
                outline.policy(),
                filled(outline.from(), use),
                targets,
                outline.beans(),
                placeholders);
    }

    private String filled(String text, TemplateUse use) {
        if (text == null) {
            return null;
        }
        String filled = text;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = use.parameters().getOrDefault(parameter.getKey(), parameter.getValue());
            if (value != null) {
                filled = filled.replace("{{" + parameter.getKey() + "}}", value);
            }
        }
        return filled;
    }

    /** What is wrong with how somebody uses it; empty when nothing is. */
    List<String> misuses(TemplateUse use) {
        List<String> wrong = new ArrayList<>();
        required.stream()
                .filter(name -> !use.parameters().containsKey(name))
                .forEach(name -> wrong.add("gives the template " + id + " no " + name));
        use.parameters().keySet().stream()
                .filter(name -> !parameters.containsKey(name))
                .forEach(name -> wrong.add("gives the template " + id + " " + name + ", a parameter it does not have"));
        return wrong;
    }
}
