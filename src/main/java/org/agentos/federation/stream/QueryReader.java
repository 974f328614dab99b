package org.agentos.federation.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** Reads query parameters and remembers all that is wrong with them. */
final class QueryReader {
    private final Map<String, String> query;
    private final List<String> problems = new ArrayList<>();

    QueryReader(Map<String, String> query) {
        this.query = query;
    }

    /** Notes which of the names stand in the query more than once; others mean nothing here, however often they come. */
    void once(Set<String> names, Set<String> repeated) {
        names.stream().filter(repeated::contains).sorted().forEach(name -> problem(name + " must be given once"));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Whether the parameter has the one of two words that is not the default. */
    boolean choice(String name, String byDefault, String other) {
        String value = text(name).orElse(byDefault);
        if (!value.equals(byDefault) && !value.equals(other)) {
            problem(name + " must be " + byDefault + " or " + other);
        }
        return value.equals(other);
    }

    /** Whether the parameter, absent by default, has the one word it may have. */
    boolean only(String name, String word) {
        Optional<String> value = text(name);
        if (value.isPresent() && !value.get().equals(word)) {
            problem(name + " can only be " + word);
        }
        return value.isPresent();
    }

    int integer(String name, int from, int to, int byDefault) {
        OptionalLong value = digits(name);
        if (text(name).isEmpty()) {
            return byDefault;
        }
        if (value.isEmpty() || value.getAsLong() < from || value.getAsLong() > to) {
            problem(name + " must be an integer from " + from + " to " + to);
            return byDefault;
        }
        return (int) value.getAsLong();
    }

    /** An integer of 0 or more. */
    OptionalLong sequence(String name) {
        OptionalLong value = digits(name);
        if (value.isEmpty() && text(name).isPresent()) {
            problem(name + " must be an integer from 0 to " + Long.MAX_VALUE);
        }
        return value;
    }

    void problem(String problem) {
        problems.add(problem);
    }

    /** @throws FederationException {@code invalid_request} with every problem met so far, if any */
    void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "the request for events is not valid")
                    .detail("problems", List.copyOf(problems));
        }
    }

    private OptionalLong digits(String name) {
        String value = query.getOrDefault(name, "");
        if (!value.matches("[0-9]{1,19}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException beyondLong) {
            return OptionalLong.empty();
        }
    }
}
