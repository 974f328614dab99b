package org.agentos.federation.forward;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
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
 * others. A forward that finds none waits a little, without a thread, among a bounded number; those who wait are served
 * in the order they came.
 */
public final class ForwardsInFlight {
    /** What a refusal gives as its reason when a peer's places are taken. */
    static final String BULKHEAD_FULL = "bulkhead_full";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private final ForwardSettings settings;
    private final ScheduledExecutorService timer;
    private final Map<String, Lane> lanes = new HashMap<>();
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
    CompletionStage<Place> enter(Peer peer, BooleanSupplier allowed) {
        Waiter waiter;
        synchronized (this) {
            Lane lane = lanes.computeIfAbsent(peer.stackId(), id -> new Lane());
            lane.cap = cap(peer);
            if (lane.waiting.isEmpty() && hasRoom(lane)) {
                return CompletableFuture.completedStage(take(lane));
            }
            if (lane.waiting.size() >= settings.waitingPerPeer()
                    || settings.placeWait().isZero()
                    || lane.cap == 0) {
                return CompletableFuture.failedStage(refusal(lane));
            }
            waiter = new Waiter(lane, arrivals++, allowed);
            waiter.end =
                    timer.schedule(() -> giveUp(waiter), settings.placeWait().toMillis(), TimeUnit.MILLISECONDS);
            lane.waiting.add(waiter);
        }
        return waiter.place;
    }

    /** Turns away those who wait for a place at a peer that the registry no longer lets them call. */
    public void endRevoked() {
        List<Waiter> waiting;
        synchronized (this) {
            waiting = lanes.values().stream()
                    .flatMap(lane -> lane.waiting.stream())
                    .toList();
        }
        List<Waiter> revoked = waiting.stream()
                .filter(waiter -> !waiter.allowed.getAsBoolean())
                .toList();
        for (Waiter waiter : revoked) {
            boolean stillWaited;
            synchronized (this) {
                stillWaited = waiter.lane.waiting.remove(waiter);
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
        return Optional.ofNullable(lanes.get(stackId))
                .map(lane -> lane.waiting.size())
                .orElse(0);
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

    private Place take(Lane lane) {
        lane.taken++;
        taken++;
        return () -> leave(lane);
    }

    private void leave(Lane lane) {
        Waiter next;
        Place place;
        synchronized (this) {
            lane.taken--;
            taken--;
            next = next();
            if (next == null) {
                return;
            }
            next.lane.waiting.remove();
            place = take(next.lane);
        }
        next.end.cancel(false);
        next.place.complete(place);
    }

    /** Who has waited longest of those for whom there is room now; one at most, for one place was given back. */
    private Waiter next() {
        return lanes.values().stream()
                .filter(lane -> !lane.waiting.isEmpty() && hasRoom(lane))
                .map(lane -> lane.waiting.element())
                .min(Comparator.comparingLong(waiter -> waiter.arrival))
                .orElse(null);
    }

    private void giveUp(Waiter waiter) {
        FederationException refusal;
        synchronized (this) {
            if (!waiter.lane.waiting.remove(waiter)) {
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
        private final Deque<Waiter> waiting = new ArrayDeque<>();
        private int cap;
        private int taken;
    }

    private static final class Waiter {
        private final Lane lane;
        private final long arrival;
        private final BooleanSupplier allowed;
        private final CompletableFuture<Place> place = new CompletableFuture<>();
        private ScheduledFuture<?> end;

        Waiter(Lane lane, long arrival, BooleanSupplier allowed) {
            this.lane = lane;
            this.arrival = arrival;
            this.allowed = allowed;
        }
    }
}
