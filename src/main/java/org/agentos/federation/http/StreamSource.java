package org.agentos.federation.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An InputStream as a publisher: read on a worker only when the client has taken what was read, closed in any case. */
final class StreamSource implements Flow.Publisher<Buffer> {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSource.class);
    private static final int PIECE_BYTES = 16 * 1024;

    private final InputStream in;
    private final Executor workers;

    StreamSource(InputStream in, Executor workers) {
        this.in = in;
        this.workers = workers;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Buffer> subscriber) {
        subscriber.onSubscribe(new Reader(subscriber));
    }

    /** At most one task reads at a time; {@code demand} is guarded by this object. */
    private final class Reader implements Flow.Subscription {
        private final Flow.Subscriber<? super Buffer> subscriber;
        private long demand;
        private boolean reading;
        private boolean over;

        Reader(Flow.Subscriber<? super Buffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public synchronized void request(long n) {
            demand += n;
            start();
        }

        @Override
        public synchronized void cancel() {
            if (!over) {
                over = true;
                start();
            }
        }

        private void start() {
            if (!reading) {
                reading = true;
                try {
                    workers.execute(this::readWhileWanted);
                } catch (RejectedExecutionException e) {
                    finish();
                    subscriber.onError(e);
                }
            }
        }

        private void readWhileWanted() {
            try {
                while (wanted()) {
                    byte[] piece = new byte[PIECE_BYTES];
                    int length = in.read(piece);
                    if (length < 0) {
                        finish();
                        subscriber.onComplete();
                    } else {
                        subscriber.onNext(Buffer.buffer(piece).slice(0, length));
                    }
                }
            } catch (IOException | RuntimeException e) {
                finish();
                subscriber.onError(e);
            }
        }

        private synchronized boolean wanted() {
            if (over) {
                close();
                return false;
            }
            reading = demand > 0;
            demand -= reading ? 1 : 0;
            return reading;
        }

        private synchronized void finish() {
            over = true;
            close();
        }

        private void close() {
            try {
                in.close();
            } catch (IOException e) {
                LOG.warn("response stream not closed cause={}", e.toString());
            }
        }
    }
}
