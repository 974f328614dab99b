package org.agentos.federation.forward;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerGuards.Guard;

/**
 * The visits of forwards at peers under way: what a tenant sees as its own, and what ends when a reload takes the right
 * to it away. There are never more than places for forwards.
 */
public final class OpenVisits {
    private final Map<Long, Entry> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** @param allowed whether the registry of the moment lets the forward go there */
    private record Entry(PeerVisit visit, String tenantId, BooleanSupplier allowed) {
        /** The right is asked for without the visit's lock. */
        void endIfRevoked() {
            if (!allowed.getAsBoolean()) {
                visit.revoke();
            }
        }
    }

    /** Begins a visit, which gives its place back when it ends. One that a reload overtakes here begins revoked. */
    PeerVisit open(
            Peer peer,
            Guard guard,
            ForwardsInFlight.Place place,
            Permit permit,
            String tenantId,
            BooleanSupplier allowed) {
        long number = numbers.incrementAndGet();
        PeerVisit visit = new PeerVisit(
                peer,
                guard,
                () -> {
                    open.remove(number);
                    place.leave();
                },
                permit,
                number);
        Entry entry = new Entry(visit, tenantId, allowed);
        open.put(number, entry);
        entry.endIfRevoked();
        return visit;
    }

    Optional<PeerVisit> find(long number) {
        return Optional.ofNullable(open.get(number)).map(Entry::visit);
    }

    /** Cuts the calls that the registry no longer allows, and keeps their forwards from making others. */
    public void endRevoked() {
        open.values().forEach(Entry::endIfRevoked);
    }

    /** The forwards of a tenant at a peer at the moment. */
    public int of(String tenantId, String stackId) {
        return (int) open.values().stream()
                .filter(entry -> entry.tenantId.equals(tenantId)
                        && entry.visit.peer().stackId().equals(stackId))
                .count();
    }
}
