package org.agentos.federation.subscription;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.agentos.federation.eventlog.FeedPlace;

/**
 * Which events of a subscription are dead: kept apart, with a limit, until an operator has them delivered again or skips
 * them. For its owner to guard.
 */
final class Graveyard {
    private final int most;
    private final Set<FeedPlace> dead;
    private final Deque<FeedPlace> toRedrive = new ArrayDeque<>();
    private final Set<FeedPlace> redriving = new HashSet<>();

    Graveyard(int most, Collection<FeedPlace> dead) {
        this.most = most;
        this.dead = new HashSet<>(dead);
    }

    /** Takes a place for one more; false when all are taken. */
    boolean admit(FeedPlace place) {
        return dead.contains(place) || (dead.size() < most && dead.add(place));
    }

    void remove(Collection<FeedPlace> places) {
        dead.removeAll(places);
        toRedrive.removeAll(new HashSet<>(places));
    }

    /** Takes places back that could not be removed from the disk. */
    void remember(Collection<FeedPlace> places) {
        dead.addAll(places);
    }

    int size() {
        return dead.size();
    }

    boolean holds(FeedPlace place) {
        return dead.contains(place);
    }

    /** Has dead events delivered again; tells how many of them are, in order. */
    int redrive(Collection<FeedPlace> places) {
        Set<FeedPlace> more = new LinkedHashSet<>(places);
        more.retainAll(dead);
        more.removeAll(redriving);
        more.removeAll(new HashSet<>(toRedrive));
        toRedrive.addAll(more);
        return more.size();
    }

    /** The next to be delivered again; null when there is none. */
    FeedPlace next() {
        FeedPlace next = toRedrive.pollFirst();
        if (next != null) {
            redriving.add(next);
        }
        return next;
    }

    boolean hasNext() {
        return !toRedrive.isEmpty();
    }

    void redriven(FeedPlace place) {
        redriving.remove(place);
    }

    int inFlight() {
        return redriving.size();
    }
}
