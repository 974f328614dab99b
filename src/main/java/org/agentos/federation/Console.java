package org.agentos.federation;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;

/** How commands learn the settings and tell an operator how they ended. */
final class Console {
    static final int DONE = 0;
    static final int FAILED = 1;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    /** The folder with {@code config/} and {@code routes/}: the launcher names it, otherwise it is the current one. */
    static Path home() {
        return Path.of(System.getProperty("federation.home", "")).toAbsolutePath();
    }

    /** @throws org.agentos.federation.settings.StartupException with everything that is wrong with them */
    Settings settings() {
        return SettingsLoader.load(home(), System.getenv());
    }

    int done(List<String> lines) {
        lines.forEach(out::println);
        return DONE;
    }

    /** @param what cannot be done, after "cannot" */
    int failed(String what, List<String> problems) {
        err.println("federation: cannot " + what);
        problems.forEach(problem -> err.println("  - " + problem));
        return FAILED;
    }
}
