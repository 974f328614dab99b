package org.agentos.federation.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;

/** A large body held in memory, published in slices so that only what the client takes is handed to the socket. */
record ByteSlices(Buffer bytes) implements Flow.Publisher<Buffer> {
    static final int SLICE_BYTES = 64 * 1024;

    @Override
    public void subscribe(Flow.Subscriber<? super Buffer> subscriber) {
        subscriber.onSubscribe(new Cursor(subscriber));
    }

    /** Signals on the thread that requests; requests come from one thread, the connection's event loop. */
    private final class Cursor implements Flow.Subscription {
        private final Flow.Subscriber<? super Buffer> subscriber;
        private int at;
        private boolean over;

        Cursor(Flow.Subscriber<? super Buffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            for (long i = 0; i < n && !over; i++) {
                int end = Math.min(at + SLICE_BYTES, bytes.length());
                over = end == bytes.length();
                subscriber.onNext(bytes.slice(at, end));
                at = end;
                if (over) {
                    subscriber.onComplete();
                }
            }
        }

        @Override
        public void cancel() {
            over = true;
        }
    }
}
