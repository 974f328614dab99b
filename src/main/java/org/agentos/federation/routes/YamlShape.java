package org.agentos.federation.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a file of routes has to look like for its parts to be found: a list of entries, each a map from what it is to what it
 * holds. Whatever is not so is told in the words of the file's author, with the number of the entry.
 */
final class YamlShape {
    /** Entries that mean nothing when they are empty; what other kinds may be is Camel's affair. */
    private static final Set<String> NEVER_EMPTY =
            Set.of("route", "from", "routeConfiguration", "routeTemplate", "templatedRoute");

    /** A file of another shape; the message says where and how. */
    static final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnfitException(String what) {
            super(what, null, false, false);
        }
    }

    private YamlShape() {}

    /** The entries of a document; not null. */
    static List<Map<?, ?>> entries(Object document) {
        if (document == null) {
            throw new UnfitException("it is empty");
        }
        if (!(document instanceof List<?> items)) {
            throw new UnfitException("it is no list; each of its entries, \"route:\" say, has to begin with \"- \"");
        }
        List<Map<?, ?>> entries = new ArrayList<>(items.size());
        for (Object item : items) {
            String which = "entry " + (entries.size() + 1);
            Map<?, ?> entry = map(item, which);
            entry.forEach((kind, held) -> {
                if (held == null && NEVER_EMPTY.contains(String.valueOf(kind))) {
                    throw new UnfitException(which + ", " + kind + ", is empty; are the lines below it indented?");
                }
            });
            entries.add(entry);
        }
        return entries;
    }

    /** A map; {@code what} names it. */
    static Map<?, ?> map(Object node, String what) {
        if (node instanceof Map<?, ?> map) {
            return map;
        }
        throw new UnfitException(
                what + (node == null ? " is empty" : " is not made of members, NAME: VALUE, but is " + shown(node)));
    }

    /** A text, as Camel takes numbers and the like for texts too; null when there is none. */
    static String text(Object node, String what) {
        if (node instanceof Map || node instanceof List) {
            throw new UnfitException(what + " is not a text but is " + shown(node));
        }
        return node == null ? null : String.valueOf(node);
    }

    private static String shown(Object node) {
        if (node instanceof List) {
            return "a list";
        }
        return node instanceof Map ? "a map" : "\"" + node + "\"";
    }
}
