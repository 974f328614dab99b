package org.agentos.federation.observe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * Whether the gateway can be given work. The phases only go forward: starting, serving, draining. Ready also means that
 * the event log takes appends.
 */
public final class Health {
    private enum Phase {
        STARTING,
        SERVING,
        DRAINING
    }

    /** Probes come by themselves; for others: a disk that was short is looked at again within a second. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);
    private final String version;
    private final Supplier<Optional<String>> storageProblem;
    private final Supplier<Map<String, Integer>> breakers;

    /**
     * The health of one gateway.
     *
     * @param storageProblem tells why appends are not taken at the moment, if so
     * @param breakers how many peers' breakers are in each state; named they are only to those who may see peers
     */
    public Health(Build build, Supplier<Optional<String>> storageProblem, Supplier<Map<String, Integer>> breakers) {
        this.version = build.version();
        this.storageProblem = storageProblem;
        this.breakers = breakers;
    }

    public void serving() {
        phase.compareAndSet(Phase.STARTING, Phase.SERVING);
    }

    public void draining() {
        phase.set(Phase.DRAINING);
    }

    public boolean isDraining() {
        return phase.get() == Phase.DRAINING;
    }

    /**
     * The readiness answer. Failing peers are told of, and do not make the gateway less ready: other requests do not
     * need them.
     *
     * @throws FederationException {@code unavailable} while starting or draining, {@code storage_unavailable}
     */
    public Map<String, Object> ready() {
        if (phase.get() != Phase.SERVING) {
            throw new FederationException(
                            ErrorCode.UNAVAILABLE, isDraining() ? "the gateway is draining" : "the gateway is starting")
                    .retryAfter(RETRY_AFTER);
        }
        storageProblem.get().ifPresent(problem -> {
            throw new FederationException(ErrorCode.STORAGE_UNAVAILABLE, problem).retryAfter(RETRY_AFTER);
        });
        Map<String, Object> answer = new LinkedHashMap<>(live());
        answer.put("breakers", breakers.get());
        return answer;
    }

    /** The liveness answer: given as long as the process can answer at all. */
    public Map<String, Object> live() {
        return Map.of("status", "ok", "service", "federation", "version", version);
    }
}
