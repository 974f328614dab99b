package org.agentos.federation.drills;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.agentos.federation.support.Json;
import org.opentest4j.TestAbortedException;

/**
 * One drill's parameters, chance and result. Parameters are system properties {@code drills.<drill>.<name>}; the profile
 * {@code drills} gives the long form's, their defaults are the short form's. All chance comes from {@code drills.seed}, which is
 * printed. The result is one line on standard output and a JSON file in {@code target/drills}.
 */
final class Drill {
    private static final Path RESULTS = Path.of("target", "drills");

    private final String name;
    private final long seed = Long.getLong("drills.seed", System.nanoTime() & 0xFFFFFFFFL);
    private final Map<String, Object> result = new LinkedHashMap<>();
    private final long begun = System.nanoTime();

    Drill(String name) {
        this.name = name;
        result.put("drill", name);
        result.put("seed", seed);
        System.out.println("DRILL " + name + " begins, repeat its chance by -Ddrills.seed=" + seed);
    }

    /** A whole number above 0. */
    int parameter(String key, int shortForm) {
        int value = Integer.getInteger("drills." + name + "." + key, shortForm);
        if (value < 1) {
            throw new IllegalArgumentException("drills." + name + "." + key + " must be above 0");
        }
        result.put(key, value);
        return value;
    }

    /** Chance for one purpose, the same again under the same seed. */
    Random chance(String purpose) {
        return new Random(seed * 31 + purpose.hashCode());
    }

    /** Notes a figure of the result. */
    void note(String figure, Object value) {
        result.put(figure, value);
    }

    String describe() {
        return "drill " + name + ", seed " + seed;
    }

    /** Prints and keeps the result; to be called when all has held. */
    void passed() {
        result.put("took_seconds", (System.nanoTime() - begun) / 1_000_000_000L);
        String line = Json.write(result);
        System.out.println("DRILL " + name + " passed " + line);
        try {
            Files.createDirectories(RESULTS);
            Files.writeString(RESULTS.resolve(name + ".json"), line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the drill as skipped, which is told where nobody can overlook it. */
    TestAbortedException skipped(String need) {
        System.err.println("SKIPPED: drill " + name + " needs " + need);
        return new TestAbortedException("needs " + need);
    }
}
