package org.agentos.federation.forward.store;

import java.time.Instant;
import java.util.Optional;

/** One line of the forward journal: what was about to happen or had happened to a forward. */
public sealed interface JournalRecord {
    /**
     * A peer is about to be called. Without a later {@link Started} or {@link Freed} of the same scope nobody knows
     * whether a run was started.
     *
     * @param scope the idempotency key with all it is valid for, hashed
     * @param run what was asked for, hashed
     * @param ask with which the peer can be asked again; absent in lines of early versions
     */
    record Intent(Digest128 scope, Digest128 run, String tenantId, String stackId, Instant at, Optional<Ask> ask)
            implements JournalRecord {}

    /**
     * What a start needs to ask a peer again under the same key, and an operator to know whose it is. A caller's token is
     * never in it.
     *
     * @param agentId absent in lines of early versions
     * @param body the caller's, as it came; absent when it was too large to be kept
     */
    record Ask(Optional<String> principalId, Optional<String> agentId, String idempotencyKey, Optional<String> body) {}

    /** The peer started a run; {@code entry.createdAt()} is when. */
    record Started(Digest128 scope, Digest128 run, int attempts, ForwardEntry entry) implements JournalRecord {}

    /** The peer certainly started none: the key may be used again. */
    record Freed(Digest128 scope) implements JournalRecord {}

    /**
     * The peer answered 2xx and gave no usable run: there may be one, and this is all that is known of it.
     *
     * @param problem why the answer cannot be used
     * @param excerpt the beginning of what the peer sent
     */
    record Evidence(Digest128 scope, Instant at, int status, String problem, String excerpt) implements JournalRecord {}

    /** The state of a run was heard. */
    record StateHeard(String tenantId, String runId, String state, Instant at) implements JournalRecord {}
}
