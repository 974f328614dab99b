package org.agentos.federation.forward.store;

import java.time.Instant;
import java.util.Optional;

/**
 * One forwarded run as the index holds it: about 100 bytes besides its id, since what many runs have in common is
 * shared.
 */
final class Slot {
    private final String runId;
    private final Place place;
    private final Who who;
    private final long createdMillis;
    private final Digest128 scope;
    private volatile Heard heard;
    /** The run's place in its tenant's order. */
    int ordinal;

    /** Where runs of one peer are; {@code suffix} null = the prefix is the whole URL, otherwise the run id stands between. */
    record Place(String stackId, String prefix, String suffix) {}

    record Who(Optional<String> principalId, Optional<String> agentId) {}

    private record Heard(String state, long atMillis) {}

    Slot(ForwardEntry entry, Place place, Who who, String state, Digest128 scope) {
        this.runId = entry.runId();
        this.place = place;
        this.who = who;
        this.createdMillis = entry.createdAt().toEpochMilli();
        this.scope = scope;
        this.heard = new Heard(state, entry.stateAt().toEpochMilli());
    }

    String runId() {
        return runId;
    }

    String stackId() {
        return place.stackId();
    }

    Optional<Digest128> scope() {
        return Optional.ofNullable(scope);
    }

    String state() {
        return heard.state();
    }

    void hear(String state, Instant at) {
        heard = new Heard(state, at.toEpochMilli());
    }

    /** A run whose key nobody remembers, one loaded from the reference's file, belongs to whoever gets it from that peer. */
    boolean belongsTo(String stackId, Digest128 claimant) {
        return place.stackId().equals(stackId) && (scope == null || scope.equals(claimant));
    }

    ForwardEntry entry(String tenantId) {
        Heard now = heard;
        return new ForwardEntry(
                tenantId,
                runId,
                place.stackId(),
                place.suffix() == null ? place.prefix() : place.prefix() + runId + place.suffix(),
                who.principalId(),
                who.agentId(),
                Instant.ofEpochMilli(createdMillis),
                now.state(),
                Instant.ofEpochMilli(now.atMillis()));
    }
}
