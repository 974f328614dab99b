package org.agentos.federation.forward;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A forward of which nobody here knows whether it started a run.
 *
 * @param evidence what its peer answered instead of a run
 */
record UnknownForward(JournalRecord.Intent intent, Optional<JournalRecord.Evidence> evidence) {
    static UnknownForward of(ForwardKey key) {
        return new UnknownForward(key.intent(), Optional.ofNullable(key.evidence));
    }

    /** What an operator is told; whose forward it is and what the peer should be asked for. */
    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("forward_id", intent.scope().toString());
        view.put("state", "unknown");
        view.put("tenant_id", intent.tenantId());
        view.put("stack_id", intent.stackId());
        intent.ask().ifPresent(ask -> {
            ask.principalId().ifPresent(id -> view.put("principal_id", id));
            ask.agentId().ifPresent(id -> view.put("agent_id", id));
            view.put("idempotency_key", ask.idempotencyKey());
        });
        view.put("since", intent.at().toString());
        evidence.ifPresent(known -> view.put("peer_answer", answer(known)));
        return view;
    }

    static Map<String, Object> answer(JournalRecord.Evidence evidence) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("at", evidence.at().toString());
        answer.put("status", evidence.status());
        answer.put("problem", evidence.problem());
        answer.put("excerpt", evidence.excerpt());
        return answer;
    }

    UnknownKeys.Place place() {
        return new UnknownKeys.Place(intent.at(), intent.scope());
    }
}
