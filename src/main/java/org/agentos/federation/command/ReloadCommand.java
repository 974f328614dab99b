package org.agentos.federation.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.agentos.federation.control.ControlClient;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.operator.Reload;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;

/** {@code federation reload}. */
@Command(
        name = Reload.NAME,
        description =
                "Has the running gateway read peers, redelivery settings, certificates and keys for tokens again, and tells"
                        + " what changed.",
        mixinStandardHelpOptions = true)
public final class ReloadCommand implements Callable<Integer> {
    private static final String WHAT = "reload";

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            ControlReply reply = ask(console.settings().dataDir());
            return reply.done() ? console.done(reply.lines()) : console.failed(WHAT, reply.lines());
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        }
    }

    private static ControlReply ask(Path dataDirectory) {
        try {
            return ControlClient.ask(dataDirectory, Reload.NAME, "").orElseGet(() -> nobody(dataDirectory));
        } catch (IOException failed) {
            return ControlReply.refused(
                    List.of("the gateway that runs on " + dataDirectory + " cannot be asked: " + failed.getMessage()));
        }
    }

    private static ControlReply nobody(Path dataDirectory) {
        Optional<String> why = ControlClient.impossible(dataDirectory);
        return ControlReply.refused(why.map(List::of).orElse(List.of("no gateway runs on " + dataDirectory)));
    }
}
