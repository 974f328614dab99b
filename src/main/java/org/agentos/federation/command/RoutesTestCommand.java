package org.agentos.federation.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.trial.Trial;
import org.agentos.federation.trial.TrialException;
import org.agentos.federation.trial.TrialReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code federation routes test}. */
@Command(
        name = "test",
        description = {
            "Tries the event-log routes of a file on sample events, in a log that is thrown away, and prints what went where.",
            "What they send out of the process is recorded, not sent, unless --real is given; beans of the file are real.",
            "The exit code is 0 when every event that was wanted was handled, else 1."
        },
        mixinStandardHelpOptions = true)
public final class RoutesTestCommand implements Callable<Integer> {
    private static final String WHAT = "try the routes";
    private static final int LONGEST_SECONDS = 3600;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A route file; more when it needs error policies or beans of another one.")
    private List<Path> files;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description =
                    "JSON: events or envelopes, one after another or in an array; else one of each kind, built in.")
    private Path events;

    @Option(names = "--real", description = "Send for real.")
    private boolean real;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For all deliveries together, 1 to 3600; 30 unless given.")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        Console console = new Console();
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            return console.failed(
                    WHAT, List.of("--timeout is " + seconds + ", it must be from 1 to " + LONGEST_SECONDS));
        }
        Path directory = Files.createTempDirectory("federation-routes-test");
        try {
            TrialReport report = Trial.run(new Trial.Request(
                    settings(directory), files, Optional.ofNullable(events), real, Duration.ofSeconds(seconds)));
            int done = console.done(report.lines());
            return report.problems().isEmpty() ? done : console.failed("handle every event", report.problems());
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        } catch (TrialException e) {
            return console.failed(WHAT, e.problems());
        } catch (IOException | IllegalArgumentException e) {
            return console.failed(WHAT, List.of(String.valueOf(e.getMessage())));
        } finally {
            delete(directory);
        }
    }

    /** Those of the application, but nothing of what the gateway keeps is read or written. */
    private static Settings settings(Path directory) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("AGENTOS_FED_DATA_DIR", directory.toString());
        environment.put(
                "AGENTOS_FED_FORWARD_INDEX_FILE",
                directory.resolve("forward-index.json").toString());
        environment.put("AGENTOS_AUDIT_SINK", "stderr");
        return SettingsLoader.load(Console.home(), environment);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
