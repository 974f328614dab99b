package org.agentos.federation.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The parameters of one query string: first values, and the names given more than once. */
record QueryParameters(Map<String, String> first, Set<String> repeated) {
    private static final QueryParameters NONE = new QueryParameters(Map.of(), Set.of());

    /** Parses a raw query string; its length is bounded by the listener's limit for the request line. */
    static QueryParameters parse(String query) {
        if (query == null || query.isEmpty()) {
            return NONE;
        }
        Map<String, String> first = new LinkedHashMap<>();
        Set<String> repeated = new HashSet<>();
        for (int start = 0; start <= query.length(); ) {
            int end = query.indexOf('&', start);
            String pair = query.substring(start, end < 0 ? query.length() : end);
            if (!pair.isEmpty()) {
                add(pair, first, repeated);
            }
            start = end < 0 ? query.length() + 1 : end + 1;
        }
        return new QueryParameters(first, repeated);
    }

    private static void add(String pair, Map<String, String> first, Set<String> repeated) {
        int equals = pair.indexOf('=');
        String name = PercentCoding.decodeQueryPart(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : PercentCoding.decodeQueryPart(pair.substring(equals + 1));
        if (first.putIfAbsent(name, value) != null) {
            repeated.add(name);
        }
    }
}
