package org.agentos.federation.trial;

import java.util.List;

/** Routes or events that cannot be tried; each problem says what is wrong and where. */
public final class TrialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    TrialException(List<String> problems) {
        super(String.join("; ", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    TrialException(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }
}
