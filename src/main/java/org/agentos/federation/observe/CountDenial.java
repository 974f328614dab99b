package org.agentos.federation.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Counts each refusal of status 429, under the name the reference gave it; a step of the error policies. */
public final class CountDenial implements Processor {
    private static final int TOO_MANY = 429;

    private final MeterRegistry registry;

    public CountDenial(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void process(Exchange exchange) {
        FederationException.in(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))
                .filter(refusal -> refusal.code().status() == TOO_MANY)
                .ifPresent(refusal -> count(kind(refusal)));
    }

    /** What there was too much of, as who refused names it; a fixed set, for no caller has a say in it. */
    private static String kind(FederationException refusal) {
        return String.valueOf(
                refusal.details().getOrDefault("kind", refusal.code().wireName()));
    }

    private void count(String kind) {
        Counter.builder("agentos_quota_denied")
                .description("Requests refused for a rate or quota.")
                .tags("service", "federation", "kind", kind)
                .register(registry)
                .increment();
    }
}
