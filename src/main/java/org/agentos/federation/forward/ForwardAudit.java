package org.agentos.federation.forward;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.Audited;

/** What the audit trail says of a forward. */
record ForwardAudit(Forward forward) implements Audited {
    /** The run, once there is one. */
    @Override
    public Optional<String> auditResource() {
        return Optional.ofNullable(forward.started()).map(run -> run.entry().runId());
    }

    @Override
    public Map<String, Object> auditMeta() {
        Map<String, Object> meta = new HashMap<>();
        meta.put("agent_id", forward.request().agentId());
        meta.put("idempotency_key", forward.key());
        meta.put("attempts", forward.attempts());
        stack().ifPresent(stackId -> meta.put("stack_id", stackId));
        if (forward.isReplayed()) {
            meta.put("replayed", true);
        }
        forward.replaced().ifPresent(log -> {
            log.holder().ifPresent(stackId -> meta.put("replaced_holder", stackId));
            meta.put("replaced_events", log.events());
        });
        return meta;
    }

    /** Where the run is, else where it was tried, else where it was asked for. */
    private Optional<String> stack() {
        return forward.stackId().or(forward.request().selector()::stackId);
    }
}
