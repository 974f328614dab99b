package org.agentos.federation.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A scheduler whose time is the test's: tasks run when it says so, on its thread. */
public final class ManualScheduler extends ScheduledThreadPoolExecutor {
    private final List<Runnable> repeated = new ArrayList<>();
    private final List<Task> once = new ArrayList<>();

    public ManualScheduler() {
        super(1);
    }

    /** Lets one period of everything repeated pass. */
    void tick() {
        repeated.forEach(Runnable::run);
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    /** Lets every delay pass. */
    public void expire() {
        List<Task> due = List.copyOf(once);
        once.clear();
        due.forEach(Task::run);
    }

    /** Delays that run and were not cancelled. */
    public long pending() {
        return once.stream().filter(task -> !task.isCancelled()).count();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        repeated.add(command);
        return new Task(command);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Task task = new Task(command);
        once.add(task);
        return task;
    }

    private static final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        private Task(Runnable command) {
            super(command, null);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
