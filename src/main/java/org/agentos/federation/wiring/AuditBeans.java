package org.agentos.federation.wiring;

import java.util.Map;
import java.util.function.Predicate;
import org.agentos.federation.audit.ReadAudit;
import org.agentos.federation.audit.RecordAudit;
import org.agentos.federation.audit.RequireAudit;
import org.agentos.federation.http.WorkerThread;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;

/** What routes name to have an exchange written to the audit trail. */
public final class AuditBeans {
    private final Parts parts;

    AuditBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        beans.put("recordMutation", record(RecordAudit.Kind.MUTATION));
        beans.put("recordRead", record(RecordAudit.Kind.READ));
        beans.put("recordRefusal", record(RecordAudit.Kind.REFUSAL));
        beans.put("recordAdminRead", record(RecordAudit.Kind.READ, AuditBeans::isAdmin));
        beans.put("recordAuditOfOthers", record(RecordAudit.Kind.MUTATION, AuditBeans::isOfOthers));
        beans.put("requireAudit", new RequireAudit(parts.audit));
        beans.put("readAudit", new ReadAudit(parts.audit));
    }

    private static boolean isAdmin(Exchange exchange) {
        return exchange.getProperty(AdmitCaller.CALLER, Caller.class).mayDo("platform:admin");
    }

    private static boolean isOfOthers(Exchange exchange) {
        return exchange.getProperty(ReadAudit.OF_OTHERS, false, Boolean.class);
    }

    private RecordAudit record(RecordAudit.Kind kind, Predicate<Exchange> matters) {
        return new RecordAudit(
                parts.audit, kind, parts.clock, parts.threads.continuations, WorkerThread::mayBlock, matters);
    }

    private RecordAudit record(RecordAudit.Kind kind) {
        return new RecordAudit(parts.audit, kind, parts.clock, parts.threads.continuations, WorkerThread::mayBlock);
    }
}
