package org.agentos.federation.forward;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;

/**
 * The places for forwards at once, in all and at each peer: a peer that hangs fills its own places, never those of the
 * others. A forward that finds none waits a little, without a thread, among a bounded number. Of those who wait for a
 * peer, one of the tenant with the fewest forwards there is next, of several peers the one of the tenant with the fewest in
 * all, and among equals who came first. Where no more may wait, a tenant takes the room of the last one of the tenant with the most, if that has two more than it:
 * one that floods a peer keeps no other from it.
 */
public final class ForwardsInFlight {
    /** What a refusal gives as its reason when a peer's places are taken. */
    static final String BULKHEAD_FULL = "bulkhead_full";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private final ForwardSettings settings;
    private final ScheduledExecutorService timer;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<String, Integer> ofTenants = new HashMap<>();
    private int taken;
    private long arrivals;

    /** Places by the settings; {@code timer} ends waits and does nothing that blocks. */
    public ForwardsInFlight(ForwardSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        this.timer = timer;
    }

    /**
     * The stage ends with a place, at once where there is one, or with {@code dependency_unavailable} when the peer's
     * places are taken, {@code unavailable} when those in all are. It ends on the thread of whoever made room, or a timer.
     *
     * @param allowed whether the registry of the moment lets the forward go there
     */
    CompletionStage<Place> enter(Peer peer, String tenantId, BooleanSupplier allowed) {
        Waiter waiter;
        Waiter displaced = null;
        synchronized (this) {
            Lane lane = lanes.computeIfAbsent(peer.stackId(), id -> new Lane());
            lane.cap = cap(peer);
            if (lane.waiting == 0 && hasRoom(lane)) {
                return CompletableFuture.completedStage(take(lane, tenantId));
            }
            if (lane.waiting >= settings.waitingPerPeer()) {
                displaced = lane.lastOfMost(tenantId);
            }
            boolean full = lane.waiting >= settings.waitingPerPeer() && displaced == null;
            if (full || settings.placeWait().isZero() || lane.cap == 0) {
                return CompletableFuture.failedStage(refusal(lane));
            }
            if (displaced != null) {
                lane.remove(displaced);
            }
            waiter = new Waiter(lane, tenantId, arrivals++, allowed);
            waiter.end =
                    timer.schedule(() -> giveUp(waiter), settings.placeWait().toMillis(), TimeUnit.MILLISECONDS);
            lane.add(waiter);
        }
        if (displaced != null) {
            displaced.end.cancel(false);
            displaced.place.completeExceptionally(refusal(displaced.lane));
        }
        return waiter.place;
    }

    /** Turns away those who wait for a place at a peer that the registry no longer lets them call. */
    public void endRevoked() {
        List<Waiter> waiting;
        synchronized (this) {
            waiting = lanes.values().stream()
                    .flatMap(lane -> lane.byTenant.values().stream().flatMap(Deque::stream))
                    .toList();
        }
        List<Waiter> revoked = waiting.stream()
                .filter(waiter -> !waiter.allowed.getAsBoolean())
                .toList();
        for (Waiter waiter : revoked) {
            boolean stillWaited;
            synchronized (this) {
                stillWaited = waiter.lane.remove(waiter);
            }
            if (stillWaited) {
                waiter.end.cancel(false);
                waiter.place.completeExceptionally(RevokedException.refusal());
            }
        }
    }

    /** Forwards at this peer at the moment. */
    public synchronized int at(String stackId) {
        return Optional.ofNullable(lanes.get(stackId)).map(lane -> lane.taken).orElse(0);
    }

    /** Forwards that wait for a place at this peer. */
    public synchronized int waitingFor(String stackId) {
        return Optional.ofNullable(lanes.get(stackId)).map(lane -> lane.waiting).orElse(0);
    }

    /** Whether one more forward to this peer would have to wait. */
    synchronized boolean isFull(Peer peer) {
        return at(peer.stackId()) >= cap(peer);
    }

    /** Forwards at all peers at the moment. */
    public synchronized int all() {
        return taken;
    }

    private int cap(Peer peer) {
        return peer.limits().concurrentForwards().orElse(settings.inFlightPerPeer());
    }

    private boolean hasRoom(Lane lane) {
        return lane.taken < lane.cap && taken < settings.inFlight();
    }

    private Place take(Lane lane, String tenantId) {
        lane.taken++;
        taken++;
        lane.ofTenants.merge(tenantId, 1, Integer::sum);
        ofTenants.merge(tenantId, 1, Integer::sum);
        return () -> leave(lane, tenantId);
    }

    private void leave(Lane lane, String tenantId) {
        List<Runnable> admitted = new ArrayList<>();
        synchronized (this) {
            lane.taken--;
            taken--;
            lane.ofTenants.computeIfPresent(tenantId, (any, count) -> count == 1 ? null : count - 1);
            ofTenants.computeIfPresent(tenantId, (any, count) -> count == 1 ? null : count - 1);
            for (Waiter next = next(); next != null; next = next()) {
                admitted.add(admit(next));
            }
        }
        admitted.forEach(Runnable::run);
    }

    /** Gives a place to one who waits; what is returned tells it, without the lock. */
    private Runnable admit(Waiter waiter) {
        waiter.lane.remove(waiter);
        Place place = take(waiter.lane, waiter.tenantId);
        return () -> {
            waiter.end.cancel(false);
            waiter.place.complete(place);
        };
    }

    /** Whose turn it is of those for whom there is room now; more than one where a reload has raised a peer's cap. */
    private Waiter next() {
        return lanes.values().stream()
                .filter(lane -> lane.waiting > 0 && hasRoom(lane))
                .map(Lane::next)
                .min(Comparator.comparingInt((Waiter waiter) -> ofTenants.getOrDefault(waiter.tenantId, 0))
                        .thenComparingLong(waiter -> waiter.arrival))
                .orElse(null);
    }

    private void giveUp(Waiter waiter) {
        FederationException refusal;
        synchronized (this) {
            if (!waiter.lane.remove(waiter)) {
                return;
            }
            refusal = refusal(waiter.lane);
        }
        waiter.place.completeExceptionally(refusal);
    }

    private static FederationException refusal(Lane lane) {
        return lane.taken < lane.cap
                ? new FederationException(ErrorCode.UNAVAILABLE, "Too many forwards are in flight.")
                        .retryAfter(RETRY_AFTER)
                : new FederationException(
                                ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many forwards to this peer are in flight.")
                        .detail("reason", BULKHEAD_FULL)
                        .retryAfter(RETRY_AFTER);
    }

    /** One forward's place, given back once. */
    @FunctionalInterface
    interface Place {
        void leave();
    }

    /** The places at one peer. */
    private static final class Lane {
        private final Map<String, Deque<Waiter>> byTenant = new LinkedHashMap<>();
        private final Map<String, Integer> ofTenants = new HashMap<>();
        private int waiting;
        private int cap;
        private int taken;

        void add(Waiter waiter) {
            byTenant.computeIfAbsent(waiter.tenantId, any -> new ArrayDeque<>()).add(waiter);
            waiting++;
        }

        boolean remove(Waiter waiter) {
            Deque<Waiter> own = byTenant.get(waiter.tenantId);
            if (own == null || !own.remove(waiter)) {
                return false;
            }
            if (own.isEmpty()) {
                byTenant.remove(waiter.tenantId);
            }
            waiting--;
            return true;
        }

        /** Whose turn it is at this peer; somebody waits. */
        Waiter next() {
            return byTenant.values().stream()
                    .map(Deque::element)
                    .min(Comparator.comparingInt((Waiter waiter) -> ofTenants.getOrDefault(waiter.tenantId, 0))
                            .thenComparingLong(waiter -> waiter.arrival))
                    .orElseThrow();
        }

        /** The last one of the tenant with the most who wait, if that has two more than this tenant; else null. */
        Waiter lastOfMost(String tenantId) {
            int own =
                    Optional.ofNullable(byTenant.get(tenantId)).map(Deque::size).orElse(0);
            return byTenant.values().stream()
                    .max(Comparator.comparingInt(Deque::size))
                    .filter(most -> most.size() >= own + 2)
                    .map(Deque::getLast)
                    .orElse(null);
        }
    }

    private static final class Waiter {
        private final Lane lane;
        private final String tenantId;
        private final long arrival;
        private final BooleanSupplier allowed;
        private final CompletableFuture<Place> place = new CompletableFuture<>();
        private ScheduledFuture<?> end;

        Waiter(Lane lane, String tenantId, long arrival, BooleanSupplier allowed) {
            this.lane = lane;
            this.tenantId = tenantId;
            this.arrival = arrival;
            this.allowed = allowed;
        }
    }
}
