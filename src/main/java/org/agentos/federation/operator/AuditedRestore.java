package org.agentos.federation.operator;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.AuditRecord.Outcome;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.backup.BackupException;
import org.agentos.federation.backup.Restore;
import org.agentos.federation.settings.AuditKeys;
import org.agentos.federation.settings.Settings;

/**
 * A restore on the audit trail: before anything is written, and again when it failed after that. One that cannot be recorded
 * is not done. What is refused before has no record: the trail may be that of a gateway which runs.
 */
public final class AuditedRestore implements AutoCloseable {
    private static final String ACTION = "federation.data.restore";

    private final Settings settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private Optional<AuditTrail> trail = Optional.empty();

    public AuditedRestore(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Restores a backup, as {@link Restore#from}.
     *
     * @throws BackupException also when the audit trail cannot record it
     */
    public Restore.Restored from(Path backup, boolean replace) throws BackupException {
        Restore restore = new Restore(settings.eventLog(), settings.forward().indexFile(), clock, random);
        try {
            return restore.from(backup, replace, () -> begin(backup));
        } catch (BackupException | RuntimeException failed) {
            trail.ifPresent(open -> keep(open, backup, Outcome.FAILED));
            throw failed;
        }
    }

    /** What keeps it off the trail, and so from being done; nothing once it is recorded. */
    private List<String> begin(Path backup) {
        try {
            AuditTrail open = AuditTrail.open(settings.audit(), clock);
            trail = Optional.of(open);
            return keep(open, backup, Outcome.ALLOWED)
                    ? List.of()
                    : List.of("the audit trail cannot record the restore at the moment");
        } catch (IllegalArgumentException unfit) {
            return List.of(AuditKeys.SINK.variable() + " " + unfit.getMessage());
        }
    }

    private boolean keep(AuditTrail open, Path backup, Outcome outcome) {
        return new OperatorRecords(open, clock, random)
                .keep(ACTION, backup.toString(), outcome, Map.of("cause", "command"));
    }

    @Override
    public void close() {
        trail.ifPresent(AuditTrail::close);
    }
}
