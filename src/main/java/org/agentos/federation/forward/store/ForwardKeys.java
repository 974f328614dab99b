package org.agentos.federation.forward.store;

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
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardKey.Phase;

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
public final class ForwardKeys {
    /** A flood of forwards under fresh keys would fill memory; beyond it the oldest settled keys are forgotten early. */
    static final int MAX_KEYS = 1_000_000;
    /** A peer that never answers would leave unknown keys without end; beyond it nothing new is sent to it. */
    static final int MAX_UNKNOWN_PER_PEER = 10_000;
    /** Keys dropped for each one added: more than one, so that the table shrinks, and few, so that no caller pays for all. */
    private static final int DROPS_PER_KEY = 4;

    private final Map<Digest128, ForwardKey> keys = new HashMap<>();
    private final Deque<ForwardKey> byAge = new ArrayDeque<>();
    private final UnknownKeys unknown = new UnknownKeys();
    private final Duration retention;
    private final int maxKeys;

    ForwardKeys(Duration retention, int maxKeys) {
        this.retention = retention;
        this.maxKeys = maxKeys;
    }

    /**
     * Takes a key, or tells what became of it.
     *
     * @param scope the key with all it is valid for, hashed
     * @param run what is asked for, hashed
     * @throws FederationException {@code conflict} when the key stands for another run request
     */
    public synchronized Claim claim(Digest128 scope, Digest128 run, Instant now) {
        ForwardKey key = keys.get(scope);
        if (key == null || key.expired(now, retention)) {
            return new Claim.Fresh(replace(key, new ForwardKey(scope, run, now)));
        }
        if (!key.run.equals(run)) {
            throw new FederationException(ErrorCode.CONFLICT, "The idempotency key was used with another request.")
                    .detail("reason", "idempotency_key_reused");
        }
        return switch (key.phase) {
            case IN_FLIGHT -> new Claim.Joined(key.flight);
            case SETTLED -> new Claim.Replayed(key.started, key.settled);
            case UNKNOWN -> {
                unknown.remove(key);
                yield new Claim.Repeated(key.fly(), key.stackId);
            }
        };
    }

    private CompletableFuture<JournalRecord.Started> replace(ForwardKey expired, ForwardKey fresh) {
        if (expired != null) {
            unknown.remove(expired);
        }
        keys.put(fresh.scope, fresh);
        return fresh.fly();
    }

    /** Takes back a claim under which no peer was called. */
    public synchronized void abandon(Digest128 scope) {
        ForwardKey key = keys.get(scope);
        if (key != null && key.stackId == null) {
            keys.remove(scope);
        } else if (key != null) {
            leave(key);
        }
    }

    /** Ends a flight of which nobody knows whether it started a run. */
    public synchronized void leaveUnknown(Digest128 scope) {
        leave(keys.get(scope));
    }

    /**
     * Takes a key of unknown end, so that its end can be told instead of asked for; nobody else calls the peer meanwhile.
     *
     * @throws FederationException {@code not_found}; {@code conflict} while a call is under way
     */
    public synchronized Claim claimUnknown(Digest128 scope, Instant now) {
        ForwardKey key = keys.get(scope);
        if (key == null || key.expired(now, retention)) {
            throw new FederationException(ErrorCode.NOT_FOUND, "There is no such forward of unknown outcome.");
        }
        if (key.phase == Phase.IN_FLIGHT) {
            throw new FederationException(ErrorCode.CONFLICT, "A call is under way under this key.")
                    .detail("reason", "in_flight");
        }
        return claim(scope, key.run, now);
    }

    /** What is known of a key of unknown end, also while its peer is asked again. */
    public synchronized Optional<UnknownForward> unknown(Digest128 scope) {
        return Optional.ofNullable(keys.get(scope))
                .filter(key -> key.phase != Phase.SETTLED && key.stackId != null)
                .map(UnknownForward::of);
    }

    /** How many keys of unknown end a peer has. */
    synchronized int unknownAt(String stackId) {
        return unknown.at(stackId);
    }

    /** The keys of unknown end behind a place, oldest first. */
    public synchronized List<UnknownForward> unknown(
            UnknownForward.Place after, Predicate<UnknownForward> wanted, Instant now, int limit) {
        return unknown
                .page(after, key -> !key.expired(now, retention) && wanted.test(UnknownForward.of(key)), limit)
                .stream()
                .map(UnknownForward::of)
                .toList();
    }

    /** Whether a peer has few enough keys of unknown end for a new one. */
    public synchronized boolean takesMore(String stackId) {
        return unknown.at(stackId) < MAX_UNKNOWN_PER_PEER;
    }

    synchronized void apply(JournalRecord.Intent intent) {
        forgetBefore(intent);
        ForwardKey key =
                keys.computeIfAbsent(intent.scope(), scope -> new ForwardKey(scope, intent.run(), intent.at()));
        boolean wasUnknown = unknown.remove(key);
        key.stackId = intent.stackId();
        if (wasUnknown) {
            // The intent moves from a peer that was never reached to another one.
            unknown.add(key);
        }
        key.tenantId = intent.tenantId();
        key.ask = intent.ask().orElse(null);
        if (key.flight == null && key.phase == Phase.IN_FLIGHT) {
            leave(key);
        }
    }

    /**
     * A later intent means that an answer had expired, or a call of unknown end, whose request may have been another one; an
     * earlier intent than the answer's is a segment read again behind its snapshot.
     */
    private void forgetBefore(JournalRecord.Intent intent) {
        ForwardKey old = keys.get(intent.scope());
        if (old != null
                && (old.expired(intent.at(), retention)
                        || (old.phase == Phase.SETTLED && intent.at().isAfter(old.at)))) {
            unknown.remove(old);
            keys.remove(intent.scope());
        }
    }

    synchronized void apply(JournalRecord.Evidence evidence) {
        ForwardKey key = keys.get(evidence.scope());
        if (key != null && key.phase != Phase.SETTLED) {
            key.evidence = evidence;
        }
    }

    synchronized void apply(JournalRecord.Freed freed) {
        ForwardKey key = keys.remove(freed.scope());
        if (key != null) {
            unknown.remove(key);
        }
    }

    synchronized void apply(JournalRecord.Started started) {
        ForwardKey key = keys.computeIfAbsent(
                started.scope(),
                scope -> new ForwardKey(scope, started.run(), started.entry().createdAt()));
        unknown.remove(key);
        key.settle(started);
        age(key);
    }

    /** What a snapshot must say of a run's key; null when its key is no longer kept. */
    synchronized Settled settled(Digest128 scope, RunKey run) {
        ForwardKey key = keys.get(scope);
        return key != null && run.equals(key.started) ? key.settled : null;
    }

    /** The calls of which the journal does not know the end. */
    public synchronized List<JournalRecord.Intent> open() {
        return keys.values().stream()
                .filter(key -> key.phase != Phase.SETTLED && key.stackId != null)
                .map(ForwardKey::intent)
                .toList();
    }

    /** What a new segment must begin with: the open calls, and what peers answered instead of a run. */
    synchronized List<JournalRecord> unsettled() {
        List<JournalRecord> unsettled = new ArrayList<>(open());
        keys.values().stream().flatMap(key -> Stream.ofNullable(key.evidence)).forEach(unsettled::add);
        return unsettled;
    }

    /** The calls of unknown end, none of them under way. */
    public synchronized List<JournalRecord.Intent> unknown(Instant now) {
        return keys.values().stream()
                .filter(key -> key.phase == Phase.UNKNOWN && !key.expired(now, retention))
                .map(ForwardKey::intent)
                .toList();
    }

    private void leave(ForwardKey key) {
        key.phase = Phase.UNKNOWN;
        key.flight = null;
        unknown.add(key);
        age(key);
    }

    private void age(ForwardKey key) {
        if (!key.aging) {
            key.aging = true;
            byAge.add(key);
        }
        for (int i = 0; i < DROPS_PER_KEY && !byAge.isEmpty(); i++) {
            if (!byAge.peek().expired(key.at, retention) && keys.size() <= maxKeys) {
                return;
            }
            drop(byAge.remove(), key.at);
        }
    }

    private void drop(ForwardKey oldest, Instant now) {
        oldest.aging = false;
        boolean needed =
                oldest.phase == Phase.IN_FLIGHT || (oldest.phase == Phase.UNKNOWN && !oldest.expired(now, retention));
        if (needed) {
            oldest.aging = true;
            byAge.add(oldest);
        } else if (keys.remove(oldest.scope, oldest)) {
            unknown.remove(oldest);
        }
    }

    /** What a claim met. */
    public sealed interface Claim {
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
    public record Settled(Digest128 run, String status, int attempts) {}
}
