package org.agentos.federation.audit;

import java.util.Map;
import java.util.Optional;

/** What a request is about, as the audit trail tells it. Routes pass it on in the exchange property {@value #PROPERTY}. */
public interface Audited {
    String PROPERTY = "audited";

    /** What is acted on; empty while that is not known. */
    Optional<String> auditResource();

    /** A few names with ids or numbers, never a token and never what users wrote. */
    Map<String, Object> auditMeta();
}
