package org.agentos.federation.http;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * The path of a route: literal text, in which {@code :} is a letter like any other, and {@code {name}} for one segment
 * or the part of it that literal text leaves. A literal part beside a parameter is compared with the path as sent, so an
 * id that ends like a verb is still reachable when its colon is percent-encoded.
 */
final class PathPattern implements Comparable<PathPattern> {
    private final List<Segment> segments;
    private final boolean prefix;

    private PathPattern(List<Segment> segments, boolean prefix) {
        this.segments = segments;
        this.prefix = prefix;
    }

    /**
     * Parses a path as a platform-http URI gives it.
     *
     * @param prefix whether longer paths match too
     * @throws IllegalArgumentException when a segment holds more than one parameter or a brace that opens none
     */
    static PathPattern of(String path, boolean prefix) {
        List<Segment> segments = new ArrayList<>();
        for (String segment : split(path)) {
            segments.add(Segment.of(segment, path));
        }
        return new PathPattern(List.copyOf(segments), prefix);
    }

    /** The segments of a path; a leading slash may be missing, a trailing one makes a last, empty segment. */
    static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        int start = path.startsWith("/") ? 1 : 0;
        for (int end = path.indexOf('/', start); end >= 0; end = path.indexOf('/', start)) {
            segments.add(path.substring(start, end));
            start = end + 1;
        }
        segments.add(path.substring(start));
        return segments;
    }

    /** The decoded parameters in the order of {@link #names}, or null when the path is another. */
    List<String> match(List<String> path) {
        if (prefix ? path.size() < segments.size() : path.size() != segments.size()) {
            return null;
        }
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).match(path.get(i), values)) {
                return null;
            }
        }
        return values;
    }

    List<String> names() {
        return segments.stream().filter(Segment::isParameter).map(Segment::name).toList();
    }

    /** The more specific pattern comes first: no prefix, then literal text before parameters, from left to right. */
    @Override
    public int compareTo(PathPattern other) {
        if (prefix != other.prefix) {
            return prefix ? 1 : -1;
        }
        int shared = Math.min(segments.size(), other.segments.size());
        for (int i = 0; i < shared; i++) {
            int order = segments.get(i).compareTo(other.segments.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(other.segments.size(), segments.size());
    }

    /** Patterns are equal when they match the same paths; names of parameters do not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return segments.size();
    }

    @Override
    public String toString() {
        StringBuilder path = new StringBuilder();
        segments.forEach(segment -> path.append('/').append(segment));
        return path.append(prefix ? "/*" : "").toString();
    }

    /** One segment: literal when {@code name} is null, else a parameter between two pieces of literal text. */
    private record Segment(String before, String name, String after) implements Comparable<Segment> {
        static Segment of(String text, String path) {
            int open = text.indexOf('{');
            int close = text.indexOf('}');
            if (open < 0 && close < 0) {
                return new Segment(text, null, "");
            }
            if (open < 0 || close <= open + 1 || text.lastIndexOf('{') != open || text.lastIndexOf('}') != close) {
                throw new IllegalArgumentException(
                        "Path " + path + ": a segment is literal text around at most one {parameter}");
            }
            return new Segment(text.substring(0, open), text.substring(open + 1, close), text.substring(close + 1));
        }

        boolean isParameter() {
            return name != null;
        }

        boolean match(String segment, List<String> values) {
            if (!isParameter()) {
                return segment.equals(before)
                        || (segment.indexOf('%') >= 0
                                && PercentCoding.decodeSegment(segment).equals(before));
            }
            int end = segment.length() - after.length();
            if (end <= before.length() || !segment.startsWith(before) || !segment.endsWith(after)) {
                return false;
            }
            values.add(parameter(segment.substring(before.length(), end)));
            return true;
        }

        /** Parameters are ids, and none of those holds a control character. */
        private String parameter(String raw) {
            String value = PercentCoding.decodeSegment(raw);
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new FederationException(
                        ErrorCode.INVALID_REQUEST, "The path contains a control character in " + name + ".");
            }
            return value;
        }

        @Override
        public int compareTo(Segment other) {
            if (isParameter() != other.isParameter()) {
                return isParameter() ? 1 : -1;
            }
            int literal =
                    Integer.compare(other.before.length() + other.after.length(), before.length() + after.length());
            if (literal != 0) {
                return literal;
            }
            int order = before.compareTo(other.before);
            return order != 0 ? order : after.compareTo(other.after);
        }

        @Override
        public String toString() {
            return isParameter() ? before + "{" + name + "}" + after : before;
        }
    }
}
