package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that moves only when the test says so. */
final class ManualTimers implements Timers {
    private record Due(Instant at, Runnable task) {}

    private final List<Due> due = new ArrayList<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Due entry = new Due(now.plus(delay), task);
        due.add(entry);
        return () -> cancel(entry);
    }

    private synchronized void cancel(Due entry) {
        due.remove(entry);
    }

    synchronized int pending() {
        return due.size();
    }

    /** Lets time pass and runs what has become due, in order. */
    void advance(Duration time) {
        List<Due> ripe;
        synchronized (this) {
            now = now.plus(time);
            ripe = due.stream()
                    .filter(entry -> !entry.at().isAfter(now))
                    .sorted(Comparator.comparing(Due::at))
                    .toList();
            due.removeAll(ripe);
        }
        ripe.forEach(entry -> entry.task().run());
    }

    /** Lets time pass up to the next task that is due, if there is one; returns how much passed. */
    Duration advanceToNext() {
        Duration left;
        synchronized (this) {
            left = due.stream()
                    .map(Due::at)
                    .min(Comparator.naturalOrder())
                    .map(at -> Duration.between(now, at))
                    .filter(wait -> !wait.isNegative())
                    .orElse(Duration.ZERO);
        }
        advance(left);
        return left;
    }
}
