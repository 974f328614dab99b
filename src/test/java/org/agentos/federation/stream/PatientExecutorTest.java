package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PatientExecutorTest {
    private final ManualScheduler scheduler = new ManualScheduler();
    private final List<Throwable> obstacles = new ArrayList<>();

    @Test
    void shouldRunATaskLaterForWhichThereWasNoRoomOrNoThread() {
        // Given
        List<String> run = new ArrayList<>();
        obstacles.add(new RejectedExecutionException("full"));
        obstacles.add(new OutOfMemoryError("unable to create native thread"));
        Executor patient = new PatientExecutor(this::execute, scheduler);

        // When
        patient.execute(() -> run.add("done"));
        scheduler.expire();
        scheduler.expire();

        // Then
        assertThat(run).containsExactly("done");
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void shouldRunATaskAgainThatHasFailed() {
        // Given
        List<String> run = new ArrayList<>();
        obstacles.add(new IllegalStateException("a defect"));
        SerialTask task = new SerialTask(Runnable::run, () -> {
            meetObstacle();
            return run.add("done");
        });

        // When
        task.signal();
        task.signal();

        // Then
        assertThat(run).containsExactly("done");
    }

    private void execute(Runnable task) {
        meetObstacle();
        task.run();
    }

    private void meetObstacle() {
        if (!obstacles.isEmpty()) {
            Throwable obstacle = obstacles.remove(0);
            if (obstacle instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) obstacle;
        }
    }
}
