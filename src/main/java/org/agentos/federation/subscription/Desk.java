package org.agentos.federation.subscription;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.SubscriptionState;

/**
 * What one subscription has on its hands, and what it may do next. Nothing here waits for a disk or a sink, for the log's own
 * thread wakes readers here.
 */
final class Desk {
    private final EventFeed feed;
    private final SubscriptionSpec spec;
    private final Window window;
    private final Progress progress;
    private final Graveyard dead;
    private final Redelivery redelivery;
    private final InstantSource clock;
    private final List<Failed> stuck = new ArrayList<>();
    private boolean started;
    private boolean paused;
    private boolean closed;

    /** An event that is to become a dead letter. */
    record Failed(Delivery delivery, String reason) {}

    Desk(
            EventFeed feed,
            SubscriptionSpec spec,
            SubscriptionState start,
            Graveyard dead,
            Redelivery redelivery,
            InstantSource clock) {
        this.feed = feed;
        this.spec = spec;
        this.window = new Window(spec.maxInFlight(), start.reached(), redelivery.nanos());
        this.progress = new Progress(start);
        this.dead = dead;
        this.redelivery = redelivery;
        this.clock = clock;
    }

    // Reading

    /** Waits for room; how many events there is room for, or -1 when nothing more is to be read. */
    synchronized int awaitRoom() throws InterruptedException {
        while (!closed && window.room() < Window.WORTH_READING) {
            wait();
        }
        return closed ? -1 : window.room();
    }

    /** Waits until the feed holds something at or after the place where reading goes on. */
    synchronized void awaitNews() throws InterruptedException {
        while (!closed && feed.end() < window.readTo().offset()) {
            wait();
        }
    }

    /** Or shorter: whoever waits only tries something again. */
    @SuppressWarnings("WaitNotInLoop")
    synchronized void awaitMoment(Duration moment) throws InterruptedException {
        if (!closed) {
            wait(moment.toMillis());
        }
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized FeedPlace readTo() {
        return window.readTo();
    }

    /** Takes in what was read; events that are dead already are done with. */
    synchronized void add(List<Delivery> read, FeedPlace to) {
        window.add(
                read.stream().filter(delivery -> !dead.holds(delivery.place())).toList(), to, redelivery.nanos());
    }

    // Giving out

    /** Takes what may go to the sink now; a sink that is away is tried with events of the log first. */
    synchronized Next next() {
        List<Next.Given> events = new ArrayList<>();
        List<FeedPlace> letters = new ArrayList<>();
        boolean more = true;
        while (more && mayGiveOut() && redelivery.mayTry()) {
            more = redelivery.sinkIsAway() ? event(events) || letter(letters) : letter(letters) || event(events);
        }
        notifyAll(); // there may be room to read again
        OptionalLong due = dead.hasNext() ? OptionalLong.of(0) : window.waitNanos(redelivery.nanos());
        OptionalLong wait = mayGiveOut() && stuck.isEmpty() ? redelivery.waitNanos(due) : OptionalLong.empty();
        return new Next(events, letters, wait, redelivery.sinkIsAway());
    }

    private boolean letter(List<FeedPlace> given) {
        FeedPlace again = dead.next();
        if (again != null) {
            redelivery.given(again);
            given.add(again);
        }
        return again != null;
    }

    private boolean event(List<Next.Given> given) {
        long now = redelivery.nanos();
        Window.Waiting next = stuck.isEmpty() ? window.take(now, redelivery.sinkIsAway()) : null;
        if (next != null) {
            redelivery.given(next.delivery().place());
            given.add(new Next.Given(next.delivery(), next.isStale(now)));
        }
        return next != null;
    }

    private boolean mayGiveOut() {
        return started
                && !paused
                && !closed
                && inFlight() < spec.maxInFlight()
                && inFlight() + progress.unsaved() < spec.maxInFlight() + Progress.MAX_UNSAVED;
    }

    private int inFlight() {
        return window.inFlight() + dead.inFlight();
    }

    /** The sink took an event. */
    synchronized void taken(Delivery delivery) {
        redelivery.taken();
        done(delivery);
    }

    /** An event was taken out of the log before it could be given to the sink. */
    synchronized void gone(Delivery delivery) {
        redelivery.released(delivery.place());
        done(delivery);
    }

    /** An event is done with: taken, gone, or buried. */
    synchronized void done(Delivery delivery) {
        redelivery.done(delivery.place());
        window.done(delivery);
        progress.done();
        notifyAll();
    }

    /**
     * The sink did not take an event; false when it is to be a dead letter, else it goes out again. While the subscription is
     * paused it does in any case: a route that stops fails what it has, which is no verdict.
     */
    synchronized boolean again(Delivery delivery, String reason, boolean refused) {
        OptionalLong due = OptionalLong.of(redelivery.nanos());
        if (paused) {
            redelivery.interrupted(delivery, reason);
        } else {
            due = redelivery.failed(delivery, reason, refused);
        }
        due.ifPresent(nanos -> window.putBack(delivery.again(), redelivery.nanos(), nanos));
        notifyAll();
        return due.isPresent();
    }

    // Dead letters

    /** Takes a place among the dead letters; without one, the event is stuck and nothing else goes out. */
    synchronized boolean admit(Failed failed) {
        boolean admitted = dead.admit(failed.delivery().place());
        if (!admitted) {
            stuck.add(failed);
        }
        return admitted;
    }

    /** An event that was admitted could not be stored. */
    synchronized void notBuried(Failed failed) {
        dead.remove(List.of(failed.delivery().place()));
        stuck.add(failed);
    }

    /** Those that are stuck, to be tried again. */
    synchronized List<Failed> takeStuck() {
        List<Failed> again = closed ? List.of() : List.copyOf(stuck);
        stuck.removeAll(again);
        return again;
    }

    synchronized int redrive(Collection<FeedPlace> places) {
        return dead.redrive(places);
    }

    /** What the sink made of a dead letter; of the sink it says as much as any event. */
    synchronized void redrove(FeedPlace place, boolean taken, boolean refused) {
        if (taken) {
            redelivery.taken();
        } else if (!paused) {
            redelivery.failed(place, refused);
        }
    }

    synchronized void redriven(FeedPlace place) {
        redelivery.released(place);
        dead.redriven(place);
        notifyAll();
    }

    synchronized boolean isDead(FeedPlace place) {
        return dead.holds(place);
    }

    synchronized void forget(Collection<FeedPlace> places) {
        dead.remove(places);
    }

    synchronized void remember(Collection<FeedPlace> places) {
        dead.remember(places);
    }

    // Saving

    /** What to save now, if anything. */
    synchronized Optional<SubscriptionState> beginSave(boolean anyNews) {
        return !closed && (anyNews || progress.due())
                ? progress.begin(window, redelivery, clock.millis())
                : Optional.empty();
    }

    synchronized void endSave(SubscriptionState state, boolean onDisk) {
        progress.end(state, onDisk);
        notifyAll();
    }

    // Lifecycle

    /** False when it was started before, or is closed. */
    synchronized boolean start() {
        boolean first = !started && !closed;
        started = true;
        return first;
    }

    synchronized void pause(boolean pause) {
        paused = pause;
    }

    /** Gives out nothing more and waits for what is in flight; false when that took longer than the limit. */
    synchronized boolean drain(Duration limit) throws InterruptedException {
        paused = true;
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis(); inFlight() > stuck.size() && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return inFlight() <= stuck.size();
    }

    /** Ends it; how far it is, or empty when it had ended. */
    synchronized Optional<SubscriptionState> close() {
        if (closed) {
            return Optional.empty();
        }
        paused = true;
        closed = true;
        notifyAll();
        return Optional.of(progress.last(window, redelivery, clock.millis()));
    }

    synchronized FeedPlace doneTo() {
        return window.doneTo();
    }

    /** Without its lag, which is on the disk. */
    synchronized SubscriptionStatus status() {
        return new SubscriptionStatus(
                spec.name(),
                state(),
                0,
                0,
                inFlight(),
                window.waiting(),
                redelivery.retrying(),
                dead.size(),
                redelivery.failingSeconds());
    }

    private String state() {
        if (!stuck.isEmpty()) {
            return "stopped: " + dead.size() + " dead letters, " + stuck.size()
                    + " more have no room or cannot be stored";
        }
        return paused || closed ? "paused" : redelivery.state();
    }

    /** Events that have failed and are delivered again, the first of them. */
    synchronized List<RetryingEvent> retrying(int limit) {
        return redelivery.retrying(limit);
    }
}
