package org.agentos.federation.command;

import java.util.concurrent.Callable;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.operator.DataCommands;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code federation rotate-cursor-key}. */
@Command(
        name = DataCommands.ROTATE,
        description = "Makes a new key for cursors, also while the gateway runs. The newest " + CursorKeys.MAX_KEPT
                + " keys verify.",
        mixinStandardHelpOptions = true)
public final class RotateCursorKeyCommand implements Callable<Integer> {
    private static final String WHAT = "rotate the cursor key";

    @Option(
            names = "--revoke-old",
            description = "Forgets the older keys at once: every cursor given so far becomes 400 invalid_cursor.")
    private boolean revokeOld;

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            ControlReply reply =
                    DataCommands.ask(console.settings(), DataCommands.ROTATE, revokeOld ? DataCommands.REVOKE_OLD : "");
            return reply.done() ? console.done(reply.lines()) : console.failed(WHAT, reply.lines());
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        }
    }
}
