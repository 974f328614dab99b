package org.agentos.federation.settings;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads statuses as an operator writes them: numbers and ranges, separated by commas. */
final class RetryStatuses {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern RANGE = Pattern.compile("(\\d{3})(?:-(\\d{3}))?");

    private RetryStatuses() {}

    /** @throws IllegalArgumentException for anything but 429 and 500 to 599: another refusal is never repeated */
    static Set<Integer> parse(String text) {
        Set<Integer> statuses = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                throw unfit();
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            boolean serverErrors = first >= 500 && last <= 599 && first <= last;
            boolean tooMany = first == TOO_MANY_REQUESTS && last == first;
            if (!serverErrors && !tooMany) {
                throw unfit();
            }
            IntStream.rangeClosed(first, last).forEach(statuses::add);
        }
        return Set.copyOf(statuses);
    }

    private static IllegalArgumentException unfit() {
        return new IllegalArgumentException("statuses and ranges of 429 and 500-599");
    }
}
