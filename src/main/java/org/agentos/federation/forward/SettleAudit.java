package org.agentos.federation.forward;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.forward.store.JournalRecord;

/**
 * What the audit trail is told of an operator's word on a forward.
 *
 * @param intent empty while it is not known which forward that is
 */
record SettleAudit(String forwardId, SettleRequest request, Optional<JournalRecord.Intent> intent) implements Audited {
    @Override
    public Optional<String> auditResource() {
        return Optional.of(forwardId);
    }

    @Override
    public Map<String, Object> auditMeta() {
        Map<String, Object> meta = new HashMap<>();
        meta.put("outcome", request.outcome());
        request.run().ifPresent(run -> meta.put("run_id", run.runId()));
        intent.ifPresent(known -> {
            meta.put("of_tenant", known.tenantId());
            meta.put("stack_id", known.stackId());
        });
        return meta;
    }
}
