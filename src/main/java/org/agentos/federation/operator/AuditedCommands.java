package org.agentos.federation.operator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.agentos.federation.audit.AuditRecord;
import org.agentos.federation.control.ControlReply;

/**
 * Commands on the data, each on the audit trail before it is done, and again when it fails. One that cannot be recorded is
 * not done.
 */
public record AuditedCommands(OperatorRecords records) {
    private static final Map<String, String> ACTIONS =
            Map.of(DataCommands.BACKUP, "federation.data.backup", DataCommands.ROTATE, "federation.cursor_key.rotate");

    public Map<String, Function<String, ControlReply>> of(Map<String, Function<String, ControlReply>> commands) {
        Map<String, Function<String, ControlReply>> audited = new HashMap<>();
        commands.forEach((name, command) -> audited.put(name, argument -> run(name, command, argument)));
        return audited;
    }

    private ControlReply run(String name, Function<String, ControlReply> command, String argument) {
        String action = ACTIONS.getOrDefault(name, "federation.data." + name);
        String resource = argument.isEmpty() ? name : argument;
        Map<String, Object> meta = Map.of("cause", "command");
        if (!records.keep(action, resource, AuditRecord.Outcome.ALLOWED, meta)) {
            return ControlReply.refused(List.of("the audit trail cannot record the command at the moment"));
        }
        ControlReply reply = command.apply(argument);
        if (!reply.done()) {
            records.keep(action, resource, AuditRecord.Outcome.FAILED, meta);
        }
        return reply;
    }
}
