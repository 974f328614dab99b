package org.agentos.federation.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.agentos.federation.control.ControlClient;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.operator.SubscriptionCommands;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code federation subscriptions}. */
@Command(
        name = SubscriptionCommands.NAME,
        description =
                "Shows the subscriptions of the running gateway, and has their dead letters delivered again or skipped.",
        mixinStandardHelpOptions = true)
public final class SubscriptionsCommand implements Callable<Integer> {
    private static final String WHAT = "do that with subscriptions";

    @Parameters(
            arity = "1..3",
            paramLabel = "ACTION",
            description = "list | show NAME [PLACE] | redrive NAME PLACE|all | skip NAME PLACE|all | forget NAME")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            ControlReply reply = ask(console.settings().dataDir(), String.join(" ", words));
            return reply.done() ? console.done(reply.lines()) : console.failed(WHAT, reply.lines());
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        }
    }

    private static ControlReply ask(Path dataDirectory, String line) {
        try {
            Optional<ControlReply> reply = ControlClient.ask(dataDirectory, SubscriptionCommands.NAME, line);
            return reply.orElseGet(() -> ControlReply.refused(
                    List.of(ControlClient.impossible(dataDirectory).orElse("no gateway runs on " + dataDirectory))));
        } catch (IOException failed) {
            return ControlReply.refused(
                    List.of("the gateway that runs on " + dataDirectory + " cannot be asked: " + failed.getMessage()));
        }
    }
}
