package org.agentos.federation.subscription;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.RunKey;

/**
 * The events of a subscription between being read and being done with. Of each run one event at a time is out, the others
 * wait behind it; runs do not wait for each other. An event that failed waits before the others of its run until it is due.
 * For its owner to guard.
 */
final class Window {
    /** Events read ahead of those in flight: what a run that waits for its sink may pile up before it holds up the others. */
    static final int READ_AHEAD = 1000;

    /** Room for fewer events is not worth a read, which gives many. */
    static final int WORTH_READING = READ_AHEAD / 4;

    /** Bytes of events that wait, after which no more are read. */
    static final long READ_AHEAD_BYTES = 8L << 20;

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final int most;
    private final Map<RunKey, Deque<Waiting>> waiting = new HashMap<>();
    private final Set<RunKey> out = new HashSet<>();
    private final Deque<RunKey> ready = new ArrayDeque<>();
    private final Deque<RunKey> due = new ArrayDeque<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::sinceStart));
    private final TreeSet<FeedPlace> open = new TreeSet<>();
    private final FeedPlace floor;
    private final long startNanos;
    private FeedPlace readTo;
    private FeedPlace lastDone = FeedPlace.START;
    private long waitingBytes;

    /** An event, and when it came into memory. */
    record Waiting(Delivery delivery, long nanos) {
        /** Whether it may have been taken out of the log meanwhile: when it was out before, or waited for long. */
        boolean isStale(long now) {
            return delivery.attempt() > 1 || now - nanos > FRESH.toNanos();
        }
    }

    /** A run whose first event is not to go out before a time. */
    private record Later(RunKey run, long sinceStart) {}

    /** @param readTo where reading begins; what was open before that is to be added first */
    Window(int maxInFlight, FeedPlace readTo, long nanos) {
        this.most = maxInFlight + READ_AHEAD;
        this.floor = readTo;
        this.readTo = readTo;
        this.startNanos = nanos;
    }

    /** How many more events may be read now. */
    int room() {
        return waitingBytes >= READ_AHEAD_BYTES ? 0 : Math.max(0, most - open.size());
    }

    /** Where reading goes on. */
    FeedPlace readTo() {
        return readTo;
    }

    /** Takes in what was read, in order. */
    void add(List<Delivery> read, FeedPlace to, long nanos) {
        for (Delivery delivery : read) {
            open.add(delivery.place());
            waitingBytes += delivery.envelope().length();
            Deque<Waiting> ofRun = waiting.computeIfAbsent(delivery.run(), run -> new ArrayDeque<>());
            ofRun.addLast(new Waiting(delivery, nanos));
            if (ofRun.size() == 1 && !out.contains(delivery.run())) {
                ready.addLast(delivery.run());
            }
        }
        readTo = to;
    }

    /**
     * Gives out the next event whose run has none out; null when there is none. Those that are due again come first, or last when
     * a sink is tried: an event that never failed tells more of it.
     */
    Waiting take(long nanos, boolean dueLast) {
        while (!later.isEmpty() && later.peek().sinceStart() <= nanos - startNanos) {
            due.addLast(later.poll().run());
        }
        RunKey run = (dueLast ? ready : due).pollFirst();
        run = run == null ? (dueLast ? due : ready).pollFirst() : run;
        if (run == null) {
            return null;
        }
        Deque<Waiting> ofRun = waiting.get(run);
        Waiting next = ofRun.removeFirst();
        if (ofRun.isEmpty()) {
            waiting.remove(run);
        }
        out.add(run);
        waitingBytes -= next.delivery().envelope().length();
        return next;
    }

    /** How long until {@link #take} gives something, 0 = at once; empty when nothing waits but behind what is out. */
    OptionalLong waitNanos(long nanos) {
        if (!ready.isEmpty() || !due.isEmpty()) {
            return OptionalLong.of(0);
        }
        return later.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, later.peek().sinceStart() - (nanos - startNanos)));
    }

    /** An event that was given out is done with; the next of its run may go. */
    void done(Delivery delivery) {
        open.remove(delivery.place());
        lastDone = delivery.place().isBefore(lastDone) ? lastDone : delivery.place();
        out.remove(delivery.run());
        if (waiting.containsKey(delivery.run())) {
            ready.addLast(delivery.run());
        }
    }

    /** An event that was given out has to be given out again, before the others of its run and not before a time. */
    void putBack(Delivery delivery, long nanos, long dueNanos) {
        out.remove(delivery.run());
        waitingBytes += delivery.envelope().length();
        waiting.computeIfAbsent(delivery.run(), run -> new ArrayDeque<>()).addFirst(new Waiting(delivery, nanos));
        later.add(new Later(delivery.run(), dueNanos - startNanos));
    }

    int inFlight() {
        return out.size();
    }

    int waiting() {
        return open.size() - out.size();
    }

    /** The place before which everything is done with, but for {@link #openBefore}. */
    FeedPlace reached() {
        FeedPlace next = lastDone.isBefore(floor) ? open.ceiling(floor) : open.higher(lastDone);
        return next == null ? readTo : next;
    }

    /** Events before a place that are not done with, in order. */
    List<FeedPlace> openBefore(FeedPlace place) {
        return List.copyOf(open.headSet(place));
    }

    /** The place before which everything is done with. */
    FeedPlace doneTo() {
        return open.isEmpty() ? readTo : open.first();
    }
}
