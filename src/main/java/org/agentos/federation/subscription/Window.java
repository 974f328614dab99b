package org.agentos.federation.subscription;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.RunKey;

/**
 * The events of a subscription between being read and being done with. Of each run one event at a time is out, the others
 * wait behind it; runs do not wait for each other. For its owner to guard.
 */
final class Window {
    /** Events read ahead of those in flight: what a run that waits for its sink may pile up before it holds up the others. */
    static final int READ_AHEAD = 1000;

    /** Room for fewer events is not worth a read, which gives many. */
    static final int WORTH_READING = READ_AHEAD / 4;

    /** Bytes of events that wait, after which no more are read. */
    static final long READ_AHEAD_BYTES = 8L << 20;

    private final int most;
    private final Map<RunKey, Deque<Delivery>> waiting = new HashMap<>();
    private final Set<RunKey> out = new HashSet<>();
    private final Deque<RunKey> ready = new ArrayDeque<>();
    private final TreeSet<FeedPlace> open = new TreeSet<>();
    private final FeedPlace floor;
    private FeedPlace readTo;
    private FeedPlace lastDone = FeedPlace.START;
    private long waitingBytes;

    /** @param readTo where reading begins; what was open before that is to be added first */
    Window(int maxInFlight, FeedPlace readTo) {
        this.most = maxInFlight + READ_AHEAD;
        this.floor = readTo;
        this.readTo = readTo;
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
    void add(List<Delivery> read, FeedPlace to) {
        for (Delivery delivery : read) {
            open.add(delivery.place());
            waitingBytes += delivery.envelope().length();
            Deque<Delivery> ofRun = waiting.computeIfAbsent(delivery.run(), run -> new ArrayDeque<>());
            ofRun.addLast(delivery);
            if (ofRun.size() == 1 && !out.contains(delivery.run())) {
                ready.addLast(delivery.run());
            }
        }
        readTo = to;
    }

    /** Gives out the next event whose run has none out; null when there is none. */
    Delivery take() {
        RunKey run = ready.pollFirst();
        if (run == null) {
            return null;
        }
        Deque<Delivery> ofRun = waiting.get(run);
        Delivery next = ofRun.removeFirst();
        if (ofRun.isEmpty()) {
            waiting.remove(run);
        }
        out.add(run);
        waitingBytes -= next.envelope().length();
        return next;
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

    /** An event that was given out has to be given out again, before the others of its run. */
    void putBack(Delivery delivery) {
        out.remove(delivery.run());
        waitingBytes += delivery.envelope().length();
        waiting.computeIfAbsent(delivery.run(), run -> new ArrayDeque<>()).addFirst(delivery);
        ready.addFirst(delivery.run());
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
