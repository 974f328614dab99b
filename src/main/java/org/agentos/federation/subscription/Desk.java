package org.agentos.federation.subscription;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.SubscriptionState;

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
    private final List<Failed> stuck = new ArrayList<>();
    private boolean started;
    private boolean paused;
    private boolean closed;

    /** An event that is to become a dead letter. */
    record Failed(Delivery delivery, String reason) {}

    /** What may go to the sink: events, and the places of dead letters that are delivered again. */
    record Next(List<Delivery> events, List<FeedPlace> deadLetters) {}

    Desk(EventFeed feed, SubscriptionSpec spec, SubscriptionState start, Graveyard dead) {
        this.feed = feed;
        this.spec = spec;
        this.window = new Window(spec.maxInFlight(), start.reached());
        this.progress = new Progress(start);
        this.dead = dead;
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
                read.stream().filter(delivery -> !dead.holds(delivery.place())).toList(), to);
    }

    // Giving out

    /** Takes what may go to the sink now. */
    synchronized Next next() {
        Next next = new Next(new ArrayList<>(), new ArrayList<>());
        while (mayGiveOut()) {
            FeedPlace again = dead.next();
            Delivery event = again == null && stuck.isEmpty() ? window.take() : null;
            if (again != null) {
                next.deadLetters().add(again);
            } else if (event != null) {
                next.events().add(event);
            } else {
                break;
            }
        }
        return next;
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

    /** While it is paused an event that failed goes out again: a route that stops fails what it has, which is no verdict. */
    synchronized boolean putBack(Delivery delivery) {
        if (paused) {
            window.putBack(delivery.again());
            notifyAll();
        }
        return paused;
    }

    synchronized void done(Delivery delivery) {
        window.done(delivery);
        progress.done();
        notifyAll();
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

    synchronized void redriven(FeedPlace place) {
        dead.redriven(place);
        notifyAll();
    }

    synchronized void forget(Collection<FeedPlace> places) {
        dead.remove(places);
    }

    // Saving

    /** What to save now, if anything. */
    synchronized Optional<SubscriptionState> beginSave(boolean anyNews, long nowMillis) {
        return !closed && (anyNews || progress.due()) ? progress.begin(window, nowMillis) : Optional.empty();
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
    synchronized Optional<SubscriptionState> close(long nowMillis) {
        if (closed) {
            return Optional.empty();
        }
        paused = true;
        closed = true;
        notifyAll();
        return Optional.of(progress.last(window, nowMillis));
    }

    synchronized FeedPlace doneTo() {
        return window.doneTo();
    }

    /** Without its lag, which is on the disk. */
    synchronized SubscriptionStatus status() {
        return new SubscriptionStatus(spec.name(), state(), 0, 0, inFlight(), window.waiting(), dead.size());
    }

    private String state() {
        if (!stuck.isEmpty()) {
            return "stopped: " + dead.size() + " dead letters, " + stuck.size()
                    + " more have no room or cannot be stored";
        }
        return paused || closed ? "paused" : Subscription.RUNNING;
    }
}
