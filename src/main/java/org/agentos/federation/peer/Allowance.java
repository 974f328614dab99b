package org.agentos.federation.peer;

import java.util.List;

/**
 * A list of names a policy allows: {@code *} allows all, a trailing {@code .*} or {@code *} allows a prefix, an empty
 * list allows nothing. A member absent from the policy is {@link #ALL}.
 */
public record Allowance(List<String> patterns) {
    public static final Allowance ALL = new Allowance(List.of("*"));
    public static final Allowance NONE = new Allowance(List.of());

    public Allowance {
        patterns = List.copyOf(patterns);
    }

    public boolean allows(String name) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : pattern.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
