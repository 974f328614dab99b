package org.agentos.federation.stream;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A page that waits for its first event, holding no thread meanwhile. Signals from any thread. */
final class LongPoll implements OpenReader {
    private final PageDraft draft;
    private final Lifetime lifetime;
    private final Consumer<OpenReader> leave;
    private final SerialTask reading;
    private final CompletableFuture<Answer> answer;
    private volatile boolean waitedEnough;
    private Future<?> timer;

    /** @param leave called once, before the answer is given */
    LongPoll(
            PageDraft draft,
            Lifetime lifetime,
            CompletableFuture<Answer> answer,
            Executor executor,
            Consumer<OpenReader> leave) {
        this.draft = draft;
        this.lifetime = lifetime;
        this.answer = answer;
        this.leave = leave;
        this.reading = new SerialTask(executor, this::read);
        reading.hold();
    }

    /**
     * Begins to wait, with a first look at what came before the run was watched.
     *
     * @param timer calls {@link #stopWaiting}
     */
    void begin(Future<?> timer) {
        this.timer = timer;
        reading.release();
    }

    @Override
    public void moved() {
        reading.signalHere();
    }

    /** Answers with what there is: the client comes back with the next cursor and learns there how things stand. */
    @Override
    public void end(EndReason reason) {
        stopWaiting();
    }

    @Override
    public void tick(Instant now) {
        lifetime.tick(now).ifPresent(this::end);
    }

    void stopWaiting() {
        waitedEnough = true;
        reading.signal();
    }

    private boolean read() {
        if (answer.isDone()) {
            return true;
        }
        try {
            draft.readOn();
            if (waitedEnough || draft.hasNews()) {
                Answer page = new Answer.Page(draft.json());
                leave();
                answer.complete(page);
            }
        } catch (RuntimeException failure) {
            leave();
            answer.completeExceptionally(failure);
        }
        return true;
    }

    private void leave() {
        timer.cancel(false);
        leave.accept(this);
    }
}
