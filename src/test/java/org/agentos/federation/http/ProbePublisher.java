package org.agentos.federation.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A publisher whose signals a test sends by hand, from its own thread, and whose demand it can see. */
final class ProbePublisher implements Flow.Publisher<Buffer> {
    private final AtomicReference<Flow.Subscriber<? super Buffer>> subscriber = new AtomicReference<>();
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean canceled;

    @Override
    public void subscribe(Flow.Subscriber<? super Buffer> given) {
        subscriber.set(given);
        given.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.addAndGet(n);
            }

            @Override
            public void cancel() {
                canceled = true;
            }
        });
    }

    boolean subscribed() {
        return subscriber.get() != null;
    }

    boolean canceled() {
        return canceled;
    }

    long demand() {
        return demand.get();
    }

    /** Sends one buffer if the other side asked for it. */
    boolean offer(Buffer buffer) {
        if (demand.get() == 0) {
            return false;
        }
        demand.decrementAndGet();
        subscriber.get().onNext(buffer);
        return true;
    }

    void force(Buffer buffer) {
        subscriber.get().onNext(buffer);
    }

    void complete() {
        subscriber.get().onComplete();
    }

    void fail(Throwable cause) {
        subscriber.get().onError(cause);
    }
}
