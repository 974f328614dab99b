package org.agentos.federation.forward.store;

import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;

/**
 * Where a forwarded run lives and what is known of it.
 *
 * @param principalId who started it; absent in entries of the reference implementation
 * @param agentId absent in entries of the reference implementation
 * @param state {@code queued, running, completed, failed, canceled, unknown}, what else the peer calls it, or {@link #DELETED}
 * @param stateAt when the state was last heard
 */
public record ForwardEntry(
        String tenantId,
        String runId,
        String remoteStackId,
        String remoteEventsUrl,
        Optional<String> principalId,
        Optional<String> agentId,
        Instant createdAt,
        String state,
        Instant stateAt) {

    /** The state of a run whose log was deleted here; what its peer says of it is of no more interest. */
    public static final String DELETED = "deleted_here";

    public boolean deleted() {
        return state.equals(DELETED);
    }

    /** The same run, in another state. */
    public ForwardEntry heard(String state, Instant at) {
        return new ForwardEntry(
                tenantId, runId, remoteStackId, remoteEventsUrl, principalId, agentId, createdAt, state, at);
    }

    public RunKey run() {
        return new RunKey(tenantId, runId);
    }
}
