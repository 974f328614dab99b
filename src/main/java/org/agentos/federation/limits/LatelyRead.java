package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agentos.federation.eventlog.RunKey;

/**
 * The runs of which a tenant opened streams lately. A reader that comes back to one is not counted as new, as many a second
 * as streams of the run were opened anew: enough for each of them to come back, and no way round the rate for one that never
 * stops coming back. Forgetting a run costs its readers one count each. Thread-safe.
 */
final class LatelyRead {
    /** Runs remembered; the one longest not read leaves. */
    static final int MAX_RUNS = 50_000;

    /** Longer than any stream lives; one without an end comes back when its client does. */
    private static final Duration LATELY = Duration.ofHours(25);

    private static final double SECOND = 1e9;

    private final LongSupplier nanoTime;
    private final int most;
    private final Map<RunKey, Readers> runs = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Readers {
        private int count;
        private double returns;
        private long at;
    }

    LatelyRead(LongSupplier nanoTime, int most) {
        this.nanoTime = nanoTime;
        this.most = most;
    }

    /** A stream was opened that counted as new. */
    synchronized void opened(RunKey run) {
        Readers readers = runs.computeIfAbsent(run, any -> new Readers());
        refill(readers);
        readers.count++;
        readers.returns++;
        Iterator<RunKey> eldest = runs.keySet().iterator();
        if (runs.size() > most && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
    }

    /** Whether somebody who comes back to a place in a run comes from one of those streams. */
    synchronized boolean comesBack(RunKey run) {
        Readers readers = runs.get(run);
        if (readers == null) {
            return false;
        }
        if (nanoTime.getAsLong() - readers.at > LATELY.toNanos()) {
            runs.remove(run);
            return false;
        }
        refill(readers);
        if (readers.returns < 1) {
            return false;
        }
        readers.returns--;
        return true;
    }

    private void refill(Readers readers) {
        long now = nanoTime.getAsLong();
        double seconds = readers.count == 0 ? 0 : (now - readers.at) / SECOND;
        readers.returns = Math.min(readers.count, readers.returns + readers.count * seconds);
        readers.at = now;
    }
}
