package org.agentos.federation.ingest;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.agentos.federation.eventlog.RunKey;

/**
 * The pushed batches that wait because their run's mirror may still bring what is missing before them. Bounded a run by
 * time and events; over all runs by the requests in flight and the budget of their bodies, which they go on to count
 * against.
 */
public final class GapHolds {
    /** From the first batch of a run that waits; from there on the gap stands. */
    static final Duration MAX_WAIT = Duration.ofMillis(500);

    /** What the mirror's open stream gets for bringing the missing events by itself, before the peer is asked again. */
    static final Duration BEFORE_READING_AGAIN = Duration.ofMillis(100);

    /** Of one run: a sender that goes on pushing must not pile up here. */
    static final int MAX_EVENTS = 1_000;

    private final HoldPorts ports;
    private final ConcurrentHashMap<RunKey, RunHold> holds = new ConcurrentHashMap<>();

    public GapHolds(HoldPorts ports) {
        this.ports = ports;
    }

    /** Whether a batch of this run might have to wait; all that a run without a mirror costs. */
    boolean concerns(RunKey run) {
        return ports.mirrors().mayFill(run) || holds.containsKey(run);
    }

    /**
     * Holds a batch that would leave a gap, as far as memory tells.
     *
     * @param goOn called once, on a reader, when the batch is to be stored; batches of one run one after the other, in the
     *     order of their sequences. It has handed the batch to the log when it returns
     * @return false when the batch is not held and may be stored at once
     */
    boolean hold(RunKey run, Sequences sequences, Runnable goOn) {
        if (!sequences.leaveGapAfter(ports.log().lastSequenceHint(run))) {
            return false;
        }
        RunHold.Batch batch = new RunHold.Batch(sequences, goOn);
        while (true) {
            RunHold hold = holds.get(run);
            if (hold == null && sequences.events() > MAX_EVENTS) {
                return false;
            }
            if (hold == null) {
                hold = holds.computeIfAbsent(run, first -> new RunHold(first, ports, this::over));
            }
            if (hold.add(batch)) {
                return true;
            }
            over(hold);
        }
    }

    private void over(RunHold hold) {
        holds.remove(hold.run(), hold);
    }
}
