package org.agentos.federation.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;

/** How commands learn the settings and tell an operator how they ended. */
public final class Console {
    public static final int DONE = 0;
    public static final int FAILED = 1;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    /** The folder with {@code config/} and {@code routes/}: the launcher names it, otherwise it is the current one. */
    public static Path home() {
        return Path.of(System.getProperty("federation.home", "")).toAbsolutePath();
    }

    /**
     * Reads the settings of the application's home and of the environment.
     *
     * @throws org.agentos.federation.settings.StartupException with everything that is wrong with them
     */
    public Settings settings() {
        return SettingsLoader.load(home(), System.getenv());
    }

    /** Says what was done, and gives the exit code for that. */
    public int done(List<String> lines) {
        lines.forEach(out::println);
        return DONE;
    }

    /**
     * Says what is wrong, and gives the exit code for that.
     *
     * @param what cannot be done, after "cannot"
     */
    public int failed(String what, List<String> problems) {
        err.println("federation: cannot " + what);
        problems.forEach(problem -> err.println("  - " + problem));
        return FAILED;
    }
}
