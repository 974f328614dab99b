package org.agentos.federation.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A media type or range as it stands in Content-Type, Accept or a route's consumes and produces. Parameters such as
 * charset do not count; {@code q} does.
 */
record MediaRange(String type, String subtype, double quality) {

    /** The ranges of a comma list; what is not {@code type/subtype} is left out. Null gives none. */
    static List<MediaRange> parseList(String list) {
        List<MediaRange> ranges = new ArrayList<>();
        if (list != null) {
            for (String item : list.split(",", -1)) {
                String[] parts = item.split(";", -1);
                int slash = parts[0].indexOf('/');
                if (slash > 0) {
                    String name = parts[0].strip().toLowerCase(Locale.ROOT);
                    slash = name.indexOf('/');
                    ranges.add(new MediaRange(name.substring(0, slash), name.substring(slash + 1), quality(parts)));
                }
            }
        }
        return List.copyOf(ranges);
    }

    /** Whether a client that sent these Accept ranges takes one of the types offered; both empty lists allow all. */
    static boolean acceptable(List<MediaRange> accepted, List<MediaRange> offered) {
        return accepted.isEmpty() || offered.isEmpty() || offered.stream().anyMatch(type -> wants(accepted, type));
    }

    private static boolean wants(List<MediaRange> accepted, MediaRange type) {
        return accepted.stream()
                .filter(range -> range.covers(type))
                .max(Comparator.comparingInt(MediaRange::precision))
                .filter(range -> range.quality > 0)
                .isPresent();
    }

    boolean covers(MediaRange other) {
        return (type.equals("*") || other.type.equals("*") || type.equals(other.type))
                && (subtype.equals("*") || other.subtype.equals("*") || subtype.equals(other.subtype));
    }

    /** As it is written in a header. */
    String name() {
        return type + "/" + subtype;
    }

    private int precision() {
        return (type.equals("*") ? 0 : 2) + (subtype.equals("*") ? 0 : 1);
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
