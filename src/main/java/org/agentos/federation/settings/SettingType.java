package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of value a setting can have.
 *
 * @param name as the documentation prints it, bounds included
 * @param parser throws {@link IllegalArgumentException} with a message that completes "must be ..."
 */
record SettingType<T>(String name, Function<String, T> parser) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    static final SettingType<String> TEXT = new SettingType<>("text", Function.identity());

    static final SettingType<Boolean> SWITCH = new SettingType<>("true or false", SettingType::readSwitch);

    static final SettingType<Profile> PROFILE = new SettingType<>("dev, demo or prod", SettingType::readProfile);

    static final SettingType<String> STACK_ID = matching("an id of 1 to 256 characters", "[^\\p{Cntrl}]{1,256}");

    static final SettingType<String> AUDIT_SINK = matching("stdout, stderr or file:PATH", "stdout|stderr|file:.+");

    static final SettingType<Set<Integer>> RETRY_STATUSES =
            new SettingType<>("statuses and ranges of 429 and 500-599", RetryStatuses::parse);

    /** Every name counts: an empty one between two commas is a slip that is told. */
    static final SettingType<Set<String>> NAMES =
            new SettingType<>("names separated by commas", SettingType::readNames);

    static SettingType<Integer> integer(int least, int most) {
        return whole(least, most, Math::toIntExact);
    }

    static SettingType<Long> count(long least, long most) {
        return whole(least, most, Function.identity());
    }

    static SettingType<Double> decimal(double least, double most) {
        String name = "a number from " + least + " to " + most;
        return new SettingType<>(name, text -> inRange(parseDouble(text, name), least, most, name));
    }

    static SettingType<Duration> duration(Duration least, Duration most) {
        String name = "a duration from " + print(least) + " to " + print(most) + " (ms, s, m, h, d)";
        return new SettingType<>(name, text -> inRange(parseDuration(text, name), least, most, name));
    }

    private static <T> SettingType<T> whole(long least, long most, Function<Long, T> narrow) {
        String name = "a whole number from " + least + " to " + most;
        return new SettingType<>(name, text -> narrow.apply(inRange(parseLong(text, name), least, most, name)));
    }

    private static SettingType<String> matching(String name, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return new SettingType<>(name, text -> {
            if (!compiled.matcher(text).matches()) {
                throw new IllegalArgumentException(name);
            }
            return text;
        });
    }

    /** Prints a duration as it can be written in a setting. */
    static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static <T extends Comparable<T>> T inRange(T value, T least, T most, String name) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name);
        }
        return value;
    }

    private static long parseLong(String text, String name) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    private static double parseDouble(String text, String name) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    private static Duration parseDuration(String text, String name) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(name);
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Set<String> readNames(String text) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : text.split(",", -1)) {
            if (name.isBlank() || name.strip().contains(" ")) {
                throw new IllegalArgumentException("names separated by commas");
            }
            names.add(name.strip());
        }
        return Collections.unmodifiableSet(names);
    }

    private static Boolean readSwitch(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("true or false (1 or 0)");
        };
    }

    private static Profile readProfile(String text) {
        return switch (text) {
            case "dev" -> Profile.DEV;
            case "demo" -> Profile.DEMO;
            case "prod" -> Profile.PROD;
            default -> throw new IllegalArgumentException("dev, demo or prod");
        };
    }
}
