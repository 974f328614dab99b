package org.agentos.federation.trust;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Sets of scopes as texts and what narrowing does to them. */
final class Scopes {
    /**
     * What a scope of the agent orchestrator stands for here. Clients name it in a forward's body, where scopes can only
     * narrow: the published end-to-end script forwards with {@code runs:write}.
     */
    private static final Map<String, Set<String>> STANDS_FOR =
            Map.of("runs:write", Set.of("runs:forward", "runs:cancel"));

    private Scopes() {}

    /** Scopes separated by blanks or commas. */
    static Set<String> parse(String text) {
        return Arrays.stream(text.split("[\\s,]+"))
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What is left of the granted scopes when a request asks for no more than some. An empty wish narrows nothing. */
    static Set<String> narrow(Set<String> granted, Set<String> wished) {
        if (wished.isEmpty() || wished.containsAll(Caller.ALL_SCOPES)) {
            return granted;
        }
        Set<String> left = new HashSet<>(wished);
        wished.forEach(scope -> left.addAll(STANDS_FOR.getOrDefault(scope, Set.of())));
        if (!granted.equals(Caller.ALL_SCOPES)) {
            left.retainAll(granted);
        }
        return Set.copyOf(left);
    }
}
