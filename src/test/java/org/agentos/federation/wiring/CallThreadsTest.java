package org.agentos.federation.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallThreadsTest {
    /** More than a thread's stack holds. */
    private static final int MANY = 100_000;

    private final List<Runnable> otherwise = new CopyOnWriteArrayList<>();
    private final CallThreads threads = new CallThreads("call", 2, otherwise::add);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void shouldDoWhatATaskHandsOnFirstOnItsOwnThread() throws Exception {
        // Given
        CompletableFuture<Thread> outer = new CompletableFuture<>();
        CompletableFuture<Thread> inner = new CompletableFuture<>();

        // When
        threads.execute(() -> {
            threads.execute(() -> inner.complete(Thread.currentThread()));
            outer.complete(Thread.currentThread());
        });

        // Then
        assertThat(inner.get(20, TimeUnit.SECONDS))
                .isEqualTo(outer.get(20, TimeUnit.SECONDS))
                .isNotEqualTo(Thread.currentThread());
    }

    @Test
    void shouldNotPileUpTasksThatFollowFromOneAnother() throws Exception {
        // Given
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        CallThreads one = new CallThreads("one", 2, ForkJoinPool.commonPool());

        // When
        one.execute(() -> follow(one, MANY, done));

        // Then
        assertThat(done.get(60, TimeUnit.SECONDS)).isTrue();
        one.shutdownNow();
    }

    private static void follow(CallThreads threads, int left, CompletableFuture<Boolean> done) {
        try {
            if (left == 0) {
                done.complete(true);
            } else {
                threads.execute(() -> follow(threads, left - 1, done));
            }
        } catch (StackOverflowError e) {
            done.completeExceptionally(e);
        }
    }

    @Test
    void shouldHandOnWhatNoThreadIsFreeFor() throws Exception {
        // Given
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Runnable busy = () -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        threads.execute(busy);
        threads.execute(busy);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Runnable third = () -> {};

        // When
        threads.execute(third);

        // Then
        assertThat(otherwise).containsExactly(third);
        end.countDown();
    }
}
