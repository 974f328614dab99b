package org.agentos.federation.command;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.agentos.federation.operator.Explanation;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.tls.TlsFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code federation explain}. */
@Command(
        name = "explain",
        description =
                "Tells whether a peer and a tenant may do something, and which rule says so. The exit code is 0 for"
                        + " allowed, 1 for denied, 2 when the question or the settings cannot be used.",
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
    @Option(names = "--tenant", required = true, paramLabel = "ID", description = "For whom it would be done.")
    private String tenant;

    @Option(names = "--peer", required = true, paramLabel = "STACK_ID", description = "A peer of the registry.")
    private String peer;

    @Option(
            names = "--action",
            required = true,
            description = "forward (start a run there), ingest (it pushes an event), stream (events are read from it).")
    private Explanation.Action action;

    @Option(names = "--agent", paramLabel = "ID", description = "Of the run; none unless given.")
    private String agent = "";

    @Option(names = "--event-type", paramLabel = "TYPE", description = "Of a pushed event; none unless given.")
    private String eventType = "";

    @Option(names = "--bytes", paramLabel = "N", description = "Of a pushed event; 0 unless given.")
    private int bytes;

    @Option(
            names = "--certificate",
            paramLabel = "PEM",
            description = "What the peer shows; else it proves itself by an identity of its registry entry.")
    private Path certificate;

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            Settings settings = console.settings();
            InstantSource clock = InstantSource.system();
            Explanation.Verdict verdict = new Explanation(settings, StartupReview.review(settings, clock), clock)
                    .of(new Explanation.Question(
                            action,
                            tenant,
                            peer,
                            agent,
                            eventType,
                            bytes,
                            certificate == null ? List.of() : TlsFiles.certificates(certificate)));
            int unused = console.done(verdict.lines());
            return verdict.allowed() ? Console.DONE : Console.FAILED;
        } catch (StartupException e) {
            int unused = console.failed("explain", e.problems());
            return CommandLine.ExitCode.USAGE;
        } catch (IllegalArgumentException unfit) {
            int unused = console.failed("explain", List.of(unfit.getMessage()));
            return CommandLine.ExitCode.USAGE;
        }
    }
}
