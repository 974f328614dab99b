package org.agentos.federation.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one work came to on one server.
 *
 * @param values one per repetition, in {@code unit}
 * @param cpuMicros of the server, for one answer
 * @param nanos the times of all repetitions together; empty, and {@code cpuMicros} 0, for what is counted and not timed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Figure(String work, String server, String unit, double[] values, double cpuMicros, Histogram nanos) {

    /** A figure that is counted, not timed. */
    static Figure counted(String work, Server server, String unit, double... values) {
        return new Figure(work, server.name(), unit, values, 0, new Histogram(1));
    }

    /** A figure of times that were not taken as one stretch after the other. */
    static Figure timed(String work, String server, double[] millis, Histogram nanos) {
        return new Figure(work, server, "ms", millis, 0, nanos);
    }

    /** What this takes more than another; the medians of the two differ by its median. */
    Figure less(String difference, Figure other) {
        double[] more =
                Arrays.stream(values).map(value -> value - other.median()).toArray();
        return new Figure(difference, server, unit, more, 0, new Histogram(1));
    }

    double median() {
        return sorted()[values.length / 2];
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("work", work);
        json.put("server", server);
        json.put("unit", unit);
        json.put("median", median());
        json.put("values", values);
        if (isTimed()) {
            json.put("cpu_us", cpuMicros);
            json.put("p50_ms", millis(50));
            json.put("p99_ms", millis(99));
        }
        return json;
    }

    /** The row of a table; the ratio stands where this is a baseline of a gateway that was measured too. */
    String row(Optional<Figure> gateway) {
        double[] sorted = sorted();
        String ratio = gateway.filter(figure -> !figure.server.equals(server) && median() > 0)
                .map(figure -> String.format(Locale.ROOT, "%.2f", figure.median() / median()))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s %s | %s to %s | %s | %s |",
                work,
                server,
                number(median()),
                unit,
                number(sorted[0]),
                number(sorted[sorted.length - 1]),
                times(),
                ratio);
    }

    private boolean isTimed() {
        return nanos.getTotalCount() > 0;
    }

    private String times() {
        return isTimed()
                ? String.format(
                        Locale.ROOT,
                        "%s | %.2f | %.2f",
                        cpuMicros > 0 ? String.format(Locale.ROOT, "%.0f", cpuMicros) : "",
                        millis(50),
                        millis(99))
                : " |  | ";
    }

    /** With as many decimals as say something. */
    static String number(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
    }
}
