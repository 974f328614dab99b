package org.agentos.federation.routes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A route made of a template ({@code templatedRoute}).
 *
 * @param routeId of the route; null when it gets one of Camel's
 * @param parameters by name, in the order of the file
 */
public record TemplateUse(String template, String routeId, Map<String, String> parameters) {

    static TemplateUse read(Map<?, ?> definition) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (definition.get("parameters") instanceof List<?> given) {
            for (Object one : given) {
                Map<?, ?> parameter = YamlShape.map(one, "a parameter of a templatedRoute");
                parameters.put(String.valueOf(parameter.get("name")), String.valueOf(parameter.get("value")));
            }
        }
        return new TemplateUse(
                YamlShape.text(definition.get("routeTemplateRef"), "routeTemplateRef"),
                YamlShape.text(definition.get("routeId"), "routeId"),
                parameters);
    }
}
