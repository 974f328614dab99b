package org.agentos.federation;

import java.util.Map;
import org.agentos.federation.audit.RecordAudit;

/** What routes name to have an exchange written to the audit trail. */
final class AuditBeans {
    private final Parts parts;

    AuditBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        beans.put("recordMutation", record(RecordAudit.Kind.MUTATION));
        beans.put("recordRead", record(RecordAudit.Kind.READ));
        beans.put("recordRefusal", record(RecordAudit.Kind.REFUSAL));
    }

    private RecordAudit record(RecordAudit.Kind kind) {
        return new RecordAudit(parts.audit, kind, parts.clock, parts.threads.continuations);
    }
}
