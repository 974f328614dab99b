package org.agentos.federation.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps denials from filling the disk. The first of a kind is written at once; what is like it, within {@link #WINDOW},
 * becomes one record with a count when the window is over, its place is needed or the trail closes. Denials that are all
 * different are written at {@link #PER_SECOND} after the first {@link #BURST}; beyond that, those that differ in nothing
 * but who asks count as one kind. Thread-safe.
 */
final class RepeatedDenials {
    static final Duration WINDOW = Duration.ofSeconds(60);

    /** Kinds remembered at once, a few hundred bytes each; the oldest makes room. */
    static final int MAX_KINDS = 4096;

    static final int BURST = 1000;

    /** New kinds a second: with their counts at most twice as many records, about 1 KB each. */
    static final int PER_SECOND = 10;

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedDenials.class);

    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    private final Function<AuditRecord, CompletionStage<Void>> writer;
    private final Map<Kind, Repeats> kinds = new LinkedHashMap<>();
    private double tokens = BURST;
    private Instant filled = Instant.EPOCH;

    RepeatedDenials(Function<AuditRecord, CompletionStage<Void>> writer) {
        this.writer = writer;
    }

    /** What denials have in common that count as one; their resource and ids are not part of it. */
    private record Kind(List<Object> parts) {
        static Kind of(AuditRecord denial) {
            Map<String, Object> meta = denial.meta();
            Object tenant = denial.tenantId().<Object>map(id -> id).orElse(meta.get("claimed_tenant"));
            Object principal = denial.principalId().<Object>map(id -> id).orElse(meta.get("claimed_principal"));
            Object peer = denial.peer().<Object>map(id -> id).orElse(meta.get("claimed_peer"));
            return of(denial, tenant, principal, peer, meta.get("remote"));
        }

        /** Of denials that only differ in who asks. */
        static Kind whoever(AuditRecord denial) {
            return of(denial, "*", "*", "*", "*");
        }

        private static Kind of(AuditRecord denial, Object... who) {
            Object[] parts = new Object[who.length + 4];
            System.arraycopy(who, 0, parts, 4, who.length);
            parts[0] = denial.action();
            parts[1] = denial.outcome();
            parts[2] = denial.meta().get("code");
            parts[3] = denial.meta().get("reason");
            return new Kind(Collections.unmodifiableList(Arrays.asList(parts)));
        }
    }

    private static final class Repeats {
        private final boolean whoever;
        private final AuditRecord first;
        private AuditRecord last;
        private long count;

        private Repeats(boolean whoever, AuditRecord first) {
            this.whoever = whoever;
            this.first = first;
            this.last = first;
        }

        void add(AuditRecord denial) {
            last = denial;
            count++;
        }

        boolean isOver(Instant now) {
            return !now.isBefore(first.time().plus(WINDOW))
                    || now.isBefore(first.time().minus(WINDOW));
        }

        AuditRecord counted(Instant now) {
            Map<String, Object> meta = new LinkedHashMap<>();
            for (String name : whoever
                    ? List.of("code", "reason")
                    : List.copyOf(last.meta().keySet())) {
                if (last.meta().containsKey(name)) {
                    meta.put(name, last.meta().get(name));
                }
            }
            meta.put("repeated", count);
            meta.put("first_time", first.time().toString());
            meta.put("last_time", last.time().toString());
            meta.put("first_request_id", first.requestId());
            return new AuditRecord(
                    now,
                    whoever ? Optional.empty() : last.tenantId(),
                    whoever ? Optional.empty() : last.principalId(),
                    last.action(),
                    whoever ? "*" : last.resource(),
                    last.outcome(),
                    last.correlationId(),
                    last.requestId(),
                    whoever ? Optional.empty() : last.peer(),
                    meta);
        }
    }

    /**
     * Writes a denial, or counts it.
     *
     * @return completes when the record is written, at once when it was counted
     */
    synchronized CompletionStage<Void> record(AuditRecord denial) {
        Instant now = denial.time();
        Kind kind = Kind.of(denial);
        boolean whoever = !kinds.containsKey(kind) && !mayAdd(now);
        return count(whoever ? Kind.whoever(denial) : kind, whoever, denial);
    }

    private CompletionStage<Void> count(Kind kind, boolean whoever, AuditRecord denial) {
        Repeats known = kinds.get(kind);
        if (known != null && !known.isOver(denial.time())) {
            known.add(denial);
            return CompletableFuture.completedStage(null);
        }
        if (known != null) {
            kinds.remove(kind);
            tell(known, denial.time());
        }
        makeRoom(denial.time());
        kinds.put(kind, new Repeats(whoever, denial));
        return writer.apply(denial).whenComplete((done, unwritten) -> {
            if (unwritten != null) {
                forget(kind, denial);
            }
        });
    }

    /** What is not on the trail must not keep the next one off it. */
    private synchronized void forget(Kind kind, AuditRecord first) {
        Repeats known = kinds.get(kind);
        if (known != null && Objects.equals(known.first, first) && known.count == 0) {
            kinds.remove(kind);
        }
    }

    /** Writes the counts of windows that are over. */
    synchronized void sweep(Instant now) {
        for (Iterator<Repeats> all = kinds.values().iterator(); all.hasNext(); ) {
            Repeats repeats = all.next();
            if (repeats.isOver(now)) {
                all.remove();
                tell(repeats, now);
            }
        }
    }

    /** Writes all counts. */
    synchronized void close(Instant now) {
        kinds.values().forEach(repeats -> tell(repeats, now));
        kinds.clear();
    }

    private void makeRoom(Instant now) {
        if (kinds.size() >= MAX_KINDS) {
            Iterator<Repeats> oldest = kinds.values().iterator();
            Repeats gone = oldest.next();
            oldest.remove();
            tell(gone, now);
        }
    }

    private void tell(Repeats repeats, Instant now) {
        if (repeats.count > 0) {
            long count = repeats.count;
            writer.apply(repeats.counted(now)).whenComplete((done, unwritten) -> {
                if (unwritten != null) {
                    LOG.warn("repeated denials not recorded action={} count={}", repeats.last.action(), count);
                }
            });
        }
    }

    private boolean mayAdd(Instant now) {
        if (now.isBefore(filled.minus(WINDOW))) {
            filled = now; // a clock that was ahead must not stop the refill until it is there again
        }
        if (now.isAfter(filled)) {
            double seconds =
                    Math.min(BURST, (double) Duration.between(filled, now).toSeconds())
                            + (double) Duration.between(filled, now).toNanosPart() / NANOS;
            tokens = Math.min(BURST, tokens + seconds * PER_SECOND);
            filled = now;
        }
        boolean may = tokens >= 1;
        tokens -= may ? 1 : 0;
        return may;
    }
}
