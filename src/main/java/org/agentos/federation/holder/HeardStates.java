package org.agentos.federation.holder;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.eventlog.RunKey;

/**
 * What holders said lately of their runs, silence too, so that clients that poll do not hammer them. Kept for each
 * principal: what one is told with its token is not another's answer.
 */
public final class HeardStates {
    /** Many clients that poll many runs must not fill memory; the answer unused the longest goes. */
    private static final int MAX_ANSWERS = 10_000;

    private final Duration fresh;
    private final Map<Key, CompletableFuture<HeardState>> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<HeardState>> eldest) {
            return size() > MAX_ANSWERS;
        }
    };

    /** @param fresh an answer that is younger is given again */
    public HeardStates(Duration fresh) {
        this.fresh = fresh;
    }

    record Key(RunKey run, Optional<String> principalId) {}

    /**
     * The answer to a question, under way or fresh.
     *
     * @param mine whether the caller is to ask and to complete it
     */
    record Claim(CompletableFuture<HeardState> answer, boolean mine) {}

    synchronized Claim claim(Key key, Instant now) {
        CompletableFuture<HeardState> known = answers.get(key);
        if (known != null && !(known.isDone() && isOld(known.join(), now))) {
            return new Claim(known, false);
        }
        CompletableFuture<HeardState> answer = new CompletableFuture<>();
        answers.put(key, answer);
        return new Claim(answer, true);
    }

    /** A clock that was set back must not keep an answer until it has caught up. */
    private boolean isOld(HeardState answer, Instant now) {
        return Duration.between(answer.at(), now).abs().compareTo(fresh) > 0;
    }

    /** Has the next question asked anew. */
    synchronized void forget(Key key) {
        answers.remove(key);
    }
}
