package org.agentos.federation.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.agentos.federation.error.ErrorCode;

/**
 * Counts forwards that brought no run, under the name the reference gave it, and calls to peers. The label {@code peer}
 * takes the stack ids of the registry, so it has few values.
 */
public final class ForwardMeters {
    private final MeterRegistry registry;

    public ForwardMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param reason the code the caller is told: a fixed set */
    void failed(ErrorCode reason) {
        count(
                "agentos_federation_forward_failures",
                "Forwards that brought no run.",
                "service",
                "federation",
                "reason",
                reason.wireName());
    }

    void called(String stackId, Outcome outcome) {
        count("agentos_federation_peer_calls", "Attempts to start a run.", "peer", stackId, "outcome", outcome.label());
    }

    void decided(String stackId, RetryAdvice.Decision decision) {
        count(
                "agentos_federation_peer_call_failures",
                "Failed attempts, by what followed.",
                "peer",
                stackId,
                "then",
                decision.label());
    }

    /** @param reason {@code breaker_open} or {@code bulkhead_full} */
    void refused(String stackId, String reason) {
        count(
                "agentos_federation_peer_refused_forwards",
                "Forwards that did not get to a peer.",
                "peer",
                stackId,
                "reason",
                reason);
    }

    private void count(String name, String description, String... tags) {
        Counter.builder(name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment();
    }
}
