package org.agentos.federation.operator;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.backup.Backup;
import org.agentos.federation.backup.BackupException;
import org.agentos.federation.backup.Manifest;
import org.agentos.federation.control.ControlClient;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.observe.Build;
import org.agentos.federation.settings.AuditKeys;
import org.agentos.federation.settings.Settings;

/**
 * What an operator can have done to the data, by the gateway that runs on it or, when none does, by the command itself:
 * the same either way.
 */
public final class DataCommands {
    public static final String BACKUP = "backup";
    public static final String ROTATE = "rotate-cursor-key";
    public static final String REVOKE_OLD = "revoke-old";

    private final RocksEventLog log;
    private final Backup backup;

    public DataCommands(RocksEventLog log, Backup.IndexCopy index, Settings settings, InstantSource clock) {
        this.log = log;
        this.backup = new Backup(
                log,
                index,
                settings.dataDir(),
                "federation gateway " + Build.current().version(),
                clock);
    }

    /** The commands by name, as the control socket takes them. */
    public Map<String, Function<String, ControlReply>> byName() {
        return Map.of(BACKUP, this::backup, ROTATE, this::rotate);
    }

    private ControlReply backup(String target) {
        try {
            Manifest made = backup.make(Path.of(target));
            return ControlReply.done("backup made in " + target + ": "
                    + made.files().size() + " files, " + made.bytes() + " bytes, up to group " + made.group());
        } catch (BackupException failed) {
            return ControlReply.refused(failed.problems());
        }
    }

    private ControlReply rotate(String option) {
        try {
            CursorKeys keys = log.rotateCursorKey(option.equals(REVOKE_OLD));
            return ControlReply.done("cursors are made with key " + keys.newestId() + " from now on; "
                    + (keys.count() - 1) + " older keys still verify");
        } catch (FederationException failed) {
            return ControlReply.refused(List.of(failed.getMessage()));
        }
    }

    /** Has a command done by the gateway that runs on the data directory, else does it here. */
    public static ControlReply ask(Settings settings, String name, String argument) {
        try {
            Optional<ControlReply> byGateway = ControlClient.ask(settings.dataDir(), name, argument);
            return byGateway.isPresent() ? byGateway.get() : doHere(settings, name, argument);
        } catch (IOException failed) {
            return ControlReply.refused(List.of(
                    "the gateway that runs on " + settings.dataDir() + " cannot be asked: " + failed.getMessage()));
        }
    }

    private static ControlReply doHere(Settings settings, String name, String argument) {
        if (!RocksEventLog.existsIn(settings.eventLog().directory())) {
            return ControlReply.refused(
                    List.of("there is no event log in " + settings.eventLog().directory()));
        }
        InstantSource clock = InstantSource.system();
        try (RocksEventLog log = RocksEventLog.open(
                        settings.eventLog()
                                .acceptingNoLossAt(settings.eventLog().directory()),
                        clock,
                        new SecureRandom());
                ForwardFiles index = new ForwardFiles(settings.forward().indexFile(), clock);
                AuditTrail audit = AuditTrail.open(settings.audit(), clock)) {
            DataCommands commands = new DataCommands(log, index::copyTo, settings, clock);
            return new AuditedCommands(new OperatorRecords(audit, clock, new SecureRandom()))
                    .of(commands.byName())
                    .get(name)
                    .apply(argument);
        } catch (IllegalArgumentException unfit) {
            return ControlReply.refused(List.of(AuditKeys.SINK.variable() + " " + unfit.getMessage()));
        } catch (EventLogOpenException refused) {
            return ControlReply.refused(ControlClient.impossible(settings.dataDir())
                    .map(why -> List.of(refused.getMessage(), why))
                    .orElse(List.of(refused.getMessage())));
        }
    }
}
