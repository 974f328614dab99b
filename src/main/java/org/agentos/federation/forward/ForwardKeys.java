package org.agentos.federation.forward;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;

/**
 * The idempotency keys and what became of each. A key is one of
 *
 * <pre>
 *   (none) --claim--> IN_FLIGHT --started--> SETTLED --retention--> (none)
 *                         | ^
 *        uncertain end    v | claim          IN_FLIGHT --freed, abandoned--> (none)
 *                       UNKNOWN --retention--> (none)
 * </pre>
 *
 * Kept are hashes; only of a call of unknown end the request is kept as well, to ask again. An unknown key is dropped only by age: after it the peer has forgotten it too.
 */
final class ForwardKeys {
    /** A flood of forwards under fresh keys would fill memory; beyond it the oldest settled keys are forgotten early. */
    static final int MAX_KEYS = 1_000_000;
    /** A peer that never answers would leave unknown keys without end; beyond it nothing new is sent to it. */
    static final int MAX_UNKNOWN_PER_PEER = 10_000;
    /** Keys dropped for each one added: more than one, so that the table shrinks, and few, so that no caller pays for all. */
    private static final int DROPS_PER_KEY = 4;

    private final Map<Digest128, Key> keys = new HashMap<>();
    private final Deque<Key> byAge = new ArrayDeque<>();
    private final Map<String, Integer> unknownByPeer = new HashMap<>();
    private final Duration retention;
    private final int maxKeys;

    ForwardKeys(Duration retention, int maxKeys) {
        this.retention = retention;
        this.maxKeys = maxKeys;
    }

    /** @throws FederationException {@code conflict} when the key stands for another run request */
    synchronized Claim claim(Digest128 scope, Digest128 run, Instant now) {
        Key key = keys.get(scope);
        if (key == null || key.expired(now)) {
            return new Claim.Fresh(replace(key, new Key(scope, run, now)));
        }
        if (!key.run.equals(run)) {
            throw new FederationException(ErrorCode.CONFLICT, "The idempotency key was used with another request.")
                    .detail("reason", "idempotency_key_reused");
        }
        return switch (key.phase) {
            case IN_FLIGHT -> new Claim.Joined(key.flight);
            case SETTLED -> new Claim.Replayed(key.started, key.settled);
            case UNKNOWN -> {
                count(key.stackId, -1);
                yield new Claim.Repeated(key.fly(), key.stackId);
            }
        };
    }

    private CompletableFuture<JournalRecord.Started> replace(Key expired, Key fresh) {
        if (expired != null && expired.phase == Phase.UNKNOWN) {
            count(expired.stackId, -1);
        }
        keys.put(fresh.scope, fresh);
        return fresh.fly();
    }

    /** Takes back a claim under which no peer was called. */
    synchronized void abandon(Digest128 scope) {
        Key key = keys.get(scope);
        if (key != null && key.stackId == null) {
            keys.remove(scope);
        } else if (key != null) {
            leave(key);
        }
    }

    /** Ends a flight of which nobody knows whether it started a run. */
    synchronized void leaveUnknown(Digest128 scope) {
        leave(keys.get(scope));
    }

    synchronized boolean takesMore(String stackId) {
        return unknownByPeer.getOrDefault(stackId, 0) < MAX_UNKNOWN_PER_PEER;
    }

    synchronized void apply(JournalRecord.Intent intent) {
        // A later intent means that the answer had expired; an earlier one is a segment read again behind its snapshot.
        keys.computeIfPresent(
                intent.scope(),
                (scope, old) -> old.phase == Phase.SETTLED && intent.at().isAfter(old.at) ? null : old);
        Key key = keys.computeIfAbsent(intent.scope(), scope -> new Key(scope, intent.run(), intent.at()));
        if (key.phase == Phase.UNKNOWN) {
            // The intent moves from a peer that was never reached to another one.
            count(key.stackId, -1);
            count(intent.stackId(), 1);
        }
        key.stackId = intent.stackId();
        key.tenantId = intent.tenantId();
        key.ask = intent.ask().orElse(null);
        if (key.flight == null && key.phase == Phase.IN_FLIGHT) {
            leave(key);
        }
    }

    synchronized void apply(JournalRecord.Freed freed) {
        Key key = keys.remove(freed.scope());
        if (key != null && key.phase == Phase.UNKNOWN) {
            count(key.stackId, -1);
        }
    }

    synchronized void apply(JournalRecord.Started started) {
        Key key = keys.computeIfAbsent(
                started.scope(),
                scope -> new Key(scope, started.run(), started.entry().createdAt()));
        if (key.phase == Phase.UNKNOWN) {
            count(key.stackId, -1);
        }
        key.settle(started);
        age(key);
    }

    /** What a snapshot must say of a run's key; null when its key is no longer kept. */
    synchronized Settled settled(Digest128 scope, RunKey run) {
        Key key = keys.get(scope);
        return key != null && run.equals(key.started) ? key.settled : null;
    }

    /** The calls of which the journal does not know the end. */
    synchronized List<JournalRecord.Intent> open() {
        List<JournalRecord.Intent> open = new ArrayList<>();
        for (Key key : keys.values()) {
            if (key.phase != Phase.SETTLED && key.stackId != null) {
                open.add(key.intent());
            }
        }
        return open;
    }

    /** The calls of unknown end, none of them under way. */
    synchronized List<JournalRecord.Intent> unknown(Instant now) {
        return keys.values().stream()
                .filter(key -> key.phase == Phase.UNKNOWN && !key.expired(now))
                .map(Key::intent)
                .toList();
    }

    private void leave(Key key) {
        key.phase = Phase.UNKNOWN;
        key.flight = null;
        count(key.stackId, 1);
        age(key);
    }

    private void count(String stackId, int by) {
        unknownByPeer.merge(stackId, by, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
    }

    private void age(Key key) {
        if (!key.aging) {
            key.aging = true;
            byAge.add(key);
        }
        for (int i = 0; i < DROPS_PER_KEY && !byAge.isEmpty(); i++) {
            if (!byAge.peek().expired(key.at) && keys.size() <= maxKeys) {
                return;
            }
            drop(byAge.remove(), key.at);
        }
    }

    private void drop(Key oldest, Instant now) {
        oldest.aging = false;
        boolean needed = oldest.phase == Phase.IN_FLIGHT || (oldest.phase == Phase.UNKNOWN && !oldest.expired(now));
        if (needed) {
            oldest.aging = true;
            byAge.add(oldest);
        } else if (keys.remove(oldest.scope, oldest) && oldest.phase == Phase.UNKNOWN) {
            count(oldest.stackId, -1);
        }
    }

    /** What a claim met. */
    sealed interface Claim {
        /** Nothing is known of the key: the claimant calls a peer and completes the flight. */
        record Fresh(CompletableFuture<JournalRecord.Started> flight) implements Claim {}

        /** An earlier call may have started a run: the claimant asks the same peer again and completes the flight. */
        record Repeated(CompletableFuture<JournalRecord.Started> flight, String stackId) implements Claim {}

        /** Another caller's forward is under way; its end is this one's too. */
        record Joined(CompletableFuture<JournalRecord.Started> flight) implements Claim {}

        /** The run was started before. */
        record Replayed(RunKey run, Settled settled) implements Claim {}
    }

    /**
     * What a kept answer says besides the entry.
     *
     * @param run the run request, hashed
     * @param status the run's when it was started
     */
    record Settled(Digest128 run, String status, int attempts) {}

    private enum Phase {
        IN_FLIGHT,
        UNKNOWN,
        SETTLED
    }

    private final class Key {
        private final Digest128 scope;
        private final Digest128 run;
        private Instant at;
        private Phase phase = Phase.IN_FLIGHT;
        private CompletableFuture<JournalRecord.Started> flight;
        /** Null until the intent to call it is on disk. */
        private String stackId;

        private String tenantId;
        private JournalRecord.Ask ask;
        private RunKey started;
        private Settled settled;
        private boolean aging;

        Key(Digest128 scope, Digest128 run, Instant at) {
            this.scope = scope;
            this.run = run;
            this.at = at;
        }

        CompletableFuture<JournalRecord.Started> fly() {
            phase = Phase.IN_FLIGHT;
            flight = new CompletableFuture<>();
            return flight;
        }

        void settle(JournalRecord.Started record) {
            phase = Phase.SETTLED;
            flight = null;
            ask = null;
            started = record.entry().run();
            settled = new Settled(run, record.entry().state(), record.attempts());
            at = record.entry().createdAt();
        }

        JournalRecord.Intent intent() {
            return new JournalRecord.Intent(scope, run, tenantId, stackId, at, Optional.ofNullable(ask));
        }

        boolean expired(Instant now) {
            return phase != Phase.IN_FLIGHT && at.plus(retention).isBefore(now);
        }
    }
}
