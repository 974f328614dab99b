package org.agentos.federation.operator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.agentos.federation.audit.AuditRecord;
import org.agentos.federation.audit.AuditTrail;

/** Records what operators have done by commands and files: of no tenant, under an id of its own. */
public record OperatorRecords(AuditTrail trail, InstantSource clock, RandomGenerator random) {
    /** For the audit record to be written; without it nothing changes. */
    private static final Duration WAIT = Duration.ofSeconds(5);

    /** Whether the record was written. A thread that is interrupted meanwhile stays so. */
    boolean keep(String action, String resource, AuditRecord.Outcome outcome, Map<String, Object> meta) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String id = "req_" + HexFormat.of().formatHex(bytes);
        AuditRecord record = new AuditRecord(
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                action,
                resource,
                outcome,
                id,
                id,
                Optional.empty(),
                meta);
        try {
            trail.record(record).toCompletableFuture().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException unkept) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
