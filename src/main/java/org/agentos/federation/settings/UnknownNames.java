package org.agentos.federation.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names nobody reads: a misspelt security setting would otherwise leave a door open in silence. Free are {@code camel.*},
 * which Camel checks itself, and {@code ext.*}, which belongs to integrators.
 */
final class UnknownNames {
    private static final String OWN_VARIABLES = "AGENTOS_FED_";

    private UnknownNames() {}

    static void report(SettingsSource source, Map<String, String> environment) {
        List<String> properties = Keys.all().stream().map(Key::property).toList();
        source.properties().keySet().stream()
                .filter(name -> !properties.contains(name) && !name.startsWith("camel.") && !name.startsWith("ext."))
                .filter(name -> !name.startsWith(TenantWindows.PREFIX) && !name.startsWith(LimitReader.PREFIX))
                .sorted()
                .forEach(name -> source.problem("unknown property " + name + nearest(name, properties)));
        List<String> variables = Keys.all().stream().map(Key::variable).collect(Collectors.toList());
        environment.keySet().stream()
                .filter(name -> name.startsWith(OWN_VARIABLES) && !variables.contains(name))
                .sorted()
                .forEach(name -> source.problem("unknown variable " + name + nearest(name, variables)));
    }

    private static String nearest(String name, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> distance(name, candidate) <= 5)
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    /** Levenshtein's distance, on names of a few dozen characters. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
