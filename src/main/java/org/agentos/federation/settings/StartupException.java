package org.agentos.federation.settings;

import java.util.List;

/** The gateway cannot start: everything that is wrong, each named with the setting at fault. */
public final class StartupException extends RuntimeException {
    private final transient List<String> problems;

    public StartupException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
