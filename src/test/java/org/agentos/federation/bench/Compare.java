package org.agentos.federation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.agentos.federation.support.Json;

/**
 * Prints two results of the {@link Benchmark} side by side. Arguments: the two files, the older first. A difference that
 * lies within the spread of both says nothing, and is marked so.
 */
public final class Compare {
    private Compare() {}

    public static void main(String[] args) throws IOException {
        System.out.print(table(
                Json.parse(Files.readAllBytes(Path.of(args[0]))), Json.parse(Files.readAllBytes(Path.of(args[1])))));
    }

    static String table(JsonNode before, JsonNode after) {
        StringBuilder table =
                new StringBuilder("| work | server | before | after | after : before | |\n|---|---|---|---|---|---|\n");
        Map<String, JsonNode> known = new LinkedHashMap<>();
        before.get("figures").forEach(figure -> known.put(key(figure), figure));
        for (JsonNode figure : after.get("figures")) {
            JsonNode old = known.get(key(figure));
            if (old != null) {
                table.append(row(old, figure));
            }
        }
        return table.toString();
    }

    private static String key(JsonNode figure) {
        return figure.get("work").asText() + " | " + figure.get("server").asText();
    }

    private static String row(JsonNode before, JsonNode after) {
        String unit = after.get("unit").asText();
        double old = before.get("median").asDouble();
        double now = after.get("median").asDouble();
        return String.format(
                Locale.ROOT,
                "| %s | %s %s | %s %s | %s | %s |%n",
                key(after),
                Figure.number(old),
                unit,
                Figure.number(now),
                unit,
                old == 0 ? "" : String.format(Locale.ROOT, "%.2f", now / old),
                overlap(before.get("values"), after.get("values")) ? "within the spread" : "");
    }

    private static boolean overlap(JsonNode before, JsonNode after) {
        return bound(before, true) <= bound(after, false) && bound(after, true) <= bound(before, false);
    }

    private static double bound(JsonNode values, boolean lowest) {
        double bound = values.get(0).asDouble();
        for (JsonNode value : values) {
            bound = lowest ? Math.min(bound, value.asDouble()) : Math.max(bound, value.asDouble());
        }
        return bound;
    }
}
