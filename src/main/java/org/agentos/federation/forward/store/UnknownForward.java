package org.agentos.federation.forward.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A forward of which nobody here knows whether it started a run.
 *
 * @param evidence what its peer answered instead of a run
 */
public record UnknownForward(JournalRecord.Intent intent, Optional<JournalRecord.Evidence> evidence) {
    static UnknownForward of(ForwardKey key) {
        return new UnknownForward(key.intent(), Optional.ofNullable(key.evidence));
    }

    /** What an operator is told; whose forward it is and what the peer should be asked for. */
    public Map<String, Object> view() {
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

    /** What a peer answered instead of a run, as an operator is told. */
    public static Map<String, Object> answer(JournalRecord.Evidence evidence) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("at", evidence.at().toString());
        answer.put("status", evidence.status());
        answer.put("problem", evidence.problem());
        answer.put("excerpt", evidence.excerpt());
        return answer;
    }

    public Place place() {
        return new Place(intent.at(), intent.scope());
    }

    /** Where a forward stands among those of unknown outcome, oldest first. */
    public record Place(Instant at, Digest128 scope) implements Comparable<Place> {
        /** Before all others. */
        public static final Place FIRST = new Place(Instant.MIN, new Digest128(0, 0));

        private static final Comparator<Place> ORDER = Comparator.comparing(Place::at)
                .thenComparingLong(place -> place.scope.high())
                .thenComparingLong(place -> place.scope.low());

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }
}
