package org.agentos.federation.routes;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a route file names beside routes.
 *
 * @param classes of beans and exceptions, by their full names
 * @param beans those it declares
 */
public record FileNames(Set<String> classes, Set<String> beans) {
    private static final String CLASS = "#class:";

    static FileNames in(Object document) {
        FileNames names = new FileNames(new LinkedHashSet<>(), new LinkedHashSet<>());
        names.walk("", document);
        return names;
    }

    private void walk(String name, Object node) {
        if (node instanceof Map<?, ?> members) {
            if (name.equals("beans") && members.get("name") instanceof String bean) {
                beans.add(bean);
            }
            members.forEach((key, value) -> walkMember(name, String.valueOf(key), value));
        } else if (node instanceof List<?> items) {
            items.forEach(item -> walk(name, item));
        } else if (node instanceof String text && (text.startsWith(CLASS) || name.equals("exception"))) {
            addClass(text);
        }
    }

    private void walkMember(String parent, String name, Object value) {
        boolean ofBean = name.equals("type") && parent.equals("beans");
        if (value instanceof String text && (ofBean || name.equals("beanType") || name.equals("exceptionType"))) {
            addClass(text);
        }
        walk(name, value);
    }

    /** Without Camel's mark, and without what a constructor or factory is given. */
    private void addClass(String text) {
        String type = text.startsWith(CLASS) ? text.substring(CLASS.length()) : text;
        if (!type.startsWith("#") && !type.contains("{{")) {
            classes.add(type.replaceFirst("[#(?].*", "").strip());
        }
    }
}
