package org.agentos.federation.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.operator.DataCommands;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code federation backup}. */
@Command(
        name = DataCommands.BACKUP,
        description = "Copies the event log and the forward index, also while the gateway runs.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
    private static final String WHAT = "make the backup";

    @Parameters(paramLabel = "TARGET_DIR", description = "A directory that does not exist yet, or is empty.")
    private Path target;

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            String absolute = target.toAbsolutePath().normalize().toString();
            ControlReply reply = DataCommands.ask(console.settings(), DataCommands.BACKUP, absolute);
            return reply.done() ? console.done(reply.lines()) : console.failed(WHAT, reply.lines());
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        }
    }
}
