package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** A subscriber that keeps what it got and asks for more only as it is told. */
final class Client implements Flow.Subscriber<Buffer> {
    private final long firstDemand;
    private final long demandAfterEach;
    private final Buffer received = Buffer.buffer();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Flow.Subscription subscription;
    private long unaskedBytes;
    private boolean busy;

    private Client(long firstDemand, long demandAfterEach) {
        this.firstDemand = firstDemand;
        this.demandAfterEach = demandAfterEach;
    }

    /** Keeps a window of pieces open, as an HTTP connection does. */
    static Client eager() {
        return new Client(8, 1);
    }

    /** Takes a number of pieces and no more. */
    static Client stalledAfter(long pieces) {
        return new Client(pieces, 0);
    }

    void request(long pieces) {
        subscription.request(pieces);
    }

    void cancel() {
        subscription.cancel();
    }

    synchronized String text() {
        return received.toString();
    }

    /** Bytes handed over since the last time it asked for more by hand. */
    synchronized long bytes() {
        return unaskedBytes;
    }

    boolean completed() {
        return end.isDone() && !end.isCompletedExceptionally();
    }

    boolean failed() {
        return end.isCompletedExceptionally();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (firstDemand > 0) {
            given.request(firstDemand);
        }
    }

    @Override
    public void onNext(Buffer piece) {
        synchronized (this) {
            if (busy) {
                end.completeExceptionally(new AssertionError("two pieces at once"));
            }
            busy = true;
            received.appendBuffer(piece);
            unaskedBytes += piece.length();
        }
        if (demandAfterEach > 0) {
            subscription.request(demandAfterEach);
        }
        synchronized (this) {
            busy = false;
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }
}
