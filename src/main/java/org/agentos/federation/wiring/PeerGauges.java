package org.agentos.federation.wiring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.agentos.federation.forward.ForwardsInFlight;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerRegistry;

/** The gauges of each peer, there as long as the peer is in the registry. */
public final class PeerGauges {
    private final MeterRegistry meters;
    private final PeerGuards guards;
    private final ForwardsInFlight forwards;
    private final ForwardStore store;
    private final Map<String, List<Meter>> byPeer = new ConcurrentHashMap<>();

    PeerGauges(MeterRegistry meters, PeerGuards guards, ForwardsInFlight forwards, ForwardStore store) {
        this.meters = meters;
        this.guards = guards;
        this.forwards = forwards;
        this.store = store;
    }

    /** Shows the peers of the registry, now and after each change. */
    void follow(PeerRegistry registry) {
        registry.peers().stream().map(Peer::stackId).forEach(this::add);
        registry.onChange(change -> {
            change.removed().forEach(this::remove);
            change.added().forEach(this::add);
        });
    }

    private void remove(String stackId) {
        byPeer.getOrDefault(stackId, List.of()).forEach(meters::remove);
        byPeer.remove(stackId);
    }

    /** The guard is looked up each time: a peer that went and came back has another one. */
    private void add(String stackId) {
        List<Meter> gauges = new ArrayList<>();
        for (String state : List.of("closed", "half_open", "open")) {
            gauges.add(gauge(
                    "breaker_state",
                    "1 for the state that the breaker of a peer is in.",
                    () -> state.equals(guards.of(stackId).breaker().state()) ? 1 : 0,
                    "peer",
                    stackId,
                    "state",
                    state));
        }
        gauges.add(gauge("forwards_in_flight", "Forwards at a peer.", () -> forwards.at(stackId), "peer", stackId));
        gauges.add(gauge(
                "forwards_waiting",
                "Forwards that wait for a place at a peer.",
                () -> forwards.waitingFor(stackId),
                "peer",
                stackId));
        gauges.add(gauge(
                "unknown_forwards",
                "Forwards to a peer of which nobody knows whether they started a run.",
                () -> store.unknownAt(stackId),
                "peer",
                stackId));
        byPeer.put(stackId, gauges);
    }

    private Meter gauge(String name, String description, Supplier<Number> value, String... tags) {
        return Gauge.builder("agentos_federation_peer_" + name, value)
                .description(description)
                .tags(tags)
                .register(meters);
    }
}
