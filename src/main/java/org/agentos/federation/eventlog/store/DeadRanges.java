package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/** Finds the ranges of run numbers that no living run has, from all the numbers that living runs have, in any order. */
final class DeadRanges {
    /** Living runs remembered, those of the lowest numbers: the ranges above them are found when some of these have gone. */
    private static final int MAX_LIVING = 1024;

    /** Shorter ranges hardly hold a whole file; their runs' own deletes do. */
    private static final int LEAST = 64;

    private final PriorityQueue<Long> living = new PriorityQueue<>(Collections.reverseOrder());
    private boolean more;

    void living(long number) {
        living.add(number);
        if (living.size() > MAX_LIVING) {
            living.remove();
            more = true;
        }
    }

    /** The long ranges below a number; of those above it nothing is known. */
    List<LogChange.Sweep> below(long bound) {
        List<Long> rising = new ArrayList<>(living);
        Collections.sort(rising);
        if (!more) {
            rising.add(bound);
        }
        List<LogChange.Sweep> ranges = new ArrayList<>();
        long from = 1;
        for (long alive : rising) {
            long to = Math.min(alive, bound);
            if (to - from >= LEAST) {
                ranges.add(new LogChange.Sweep(from, to));
            }
            from = Math.max(from, alive + 1);
        }
        return ranges;
    }
}
