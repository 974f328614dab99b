package org.agentos.federation.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends readers one after another, evenly spread over a time, so that the gateways they turn to are not met by all of
 * them at once. The first is ended at once.
 */
final class EndInTurn {
    /** Between two steps: a step ends as many readers as are due. */
    private static final Duration STEP = Duration.ofMillis(20);

    private final List<OpenReader> readers;
    private final EndReason reason;
    private final int steps;
    private final ScheduledExecutorService scheduler;
    private int step;
    private int ended;

    EndInTurn(List<OpenReader> readers, EndReason reason, Duration over, ScheduledExecutorService scheduler) {
        this.readers = readers;
        this.reason = reason;
        this.steps = (int) Math.max(1, over.dividedBy(STEP));
        this.scheduler = scheduler;
    }

    void begin() {
        goOn();
    }

    private void goOn() {
        step++;
        long due = Math.max(1, (long) readers.size() * step / steps);
        while (ended < Math.min(due, readers.size())) {
            readers.get(ended++).end(reason);
        }
        if (ended < readers.size()) {
            Future<?> unused = scheduler.schedule(this::goOn, STEP.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
