package org.agentos.federation.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code federation audit}. */
@Command(
        name = "audit",
        description = "Looks at the audit trail.",
        subcommands = {AuditVerifyCommand.class},
        mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand: verify");
    }
}
