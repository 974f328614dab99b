package org.agentos.federation.operator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agentos.federation.audit.AuditRecord;
import org.agentos.federation.control.ControlReply;

/**
 * Commands on data and subscriptions, each on the audit trail before it is done, and again when it fails. One that cannot be recorded is
 * not done.
 */
public record AuditedCommands(OperatorRecords records) {
    private static final Map<String, String> ACTIONS =
            Map.of(DataCommands.BACKUP, "federation.data.backup", DataCommands.ROTATE, "federation.cursor_key.rotate");

    private static final Map<String, Object> META = Map.of("cause", "command");

    public Map<String, Function<String, ControlReply>> of(Map<String, Function<String, ControlReply>> commands) {
        Map<String, Function<String, ControlReply>> audited = new HashMap<>();
        commands.forEach((name, command) -> audited.put(
                name,
                argument -> run(
                        ACTIONS.getOrDefault(name, "federation.data." + name),
                        argument.isEmpty() ? name : argument,
                        () -> command.apply(argument))));
        return audited;
    }

    /** Of the commands on subscriptions those that change something; a look at them has no record. */
    public Function<String, ControlReply> ofSubscriptions(Function<String, ControlReply> command) {
        return line -> {
            String[] words = line.split(" ", 2);
            return words.length == 2 && SubscriptionCommands.CHANGES.contains(words[0])
                    ? run("federation.subscriptions." + words[0], words[1], () -> command.apply(line))
                    : command.apply(line);
        };
    }

    private ControlReply run(String action, String resource, Supplier<ControlReply> command) {
        if (!records.keep(action, resource, AuditRecord.Outcome.ALLOWED, META)) {
            return ControlReply.refused(List.of("the audit trail cannot record the command at the moment"));
        }
        boolean done = false;
        try {
            ControlReply reply = command.get();
            done = reply.done();
            return reply;
        } finally {
            if (!done) {
                records.keep(action, resource, AuditRecord.Outcome.FAILED, META);
            }
        }
    }
}
