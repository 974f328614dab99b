package org.agentos.federation.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sink that holds what it is given until a test says what comes of it. */
final class HeldSink implements Sink {
    /** An event the sink holds. */
    record Held(Delivery delivery, CompletableFuture<Outcome> outcome) {
        void take() {
            outcome.complete(new Outcome(0, Optional.empty(), false));
        }

        void fail(String why) {
            outcome.complete(new Outcome(2, Optional.of(new IllegalStateException(why)), false));
        }

        void refuse(String why) {
            outcome.complete(new Outcome(0, Optional.of(new IllegalStateException(why)), true));
        }
    }

    /** Everything it was ever given, in that order. */
    final List<Delivery> given = new CopyOnWriteArrayList<>();

    private final Queue<Held> held = new ConcurrentLinkedQueue<>();

    @Override
    public CompletionStage<Outcome> deliver(Delivery delivery) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        given.add(delivery);
        held.add(new Held(delivery, outcome));
        return outcome;
    }

    /** Waits for so many events and gives them out. */
    List<Held> await(int count) {
        List<Held> taken = new ArrayList<>();
        Awaits.until(() -> {
            for (Held next = held.poll(); next != null; next = held.poll()) {
                taken.add(next);
            }
            return taken.size() >= count;
        });
        return taken;
    }

    /** Those it holds now. */
    List<Held> poll() {
        List<Held> taken = new ArrayList<>();
        for (Held next = held.poll(); next != null; next = held.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** Takes events until it was given so many in all. */
    void takeUntilGiven(int count) {
        Awaits.until(() -> {
            poll().forEach(Held::take);
            return given.size() >= count;
        });
        poll().forEach(Held::take);
    }
}
