package org.agentos.federation.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes what a publisher emits to one response, as the client takes it. The publisher may signal from any thread; all
 * else happens on the connection's event loop, so {@code subscribe}, {@code request} and {@code cancel} are called there
 * and must not block. Holds at most {@value #WINDOW} buffers that the socket has not taken, and asks for more as it takes
 * them: by that a publisher sees how fast its client is.
 */
final class StreamWriter implements Flow.Subscriber<Object> {
    /** Buffers asked for and not yet written: a publisher that sends more than it was asked for is cut off. */
    static final int WINDOW = 32;

    /**
     * Buffers that may come beyond those: what a publisher that has to stop holds already, and its last words. A client
     * that takes nothing could not be told anything otherwise.
     */
    static final int LAST_WORDS = 2;

    /** Bytes that may wait for the socket once they are written; more would hide from the publisher that its client is slow. */
    private static final int WRITE_QUEUE_BYTES = 16 * 1024;

    /** Small buffers are joined up to this size, for fewer system calls. */
    private static final int MAX_WRITE_BYTES = 64 * 1024;

    /** Room for a few buffers of the first one's size. */
    private static final int GROWTH = 4;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Context loop;
    private final HttpServerResponse response;
    private final Listener listener;
    private final Queue<Buffer> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile Throwable failure;
    private volatile boolean complete;
    private Flow.Subscription subscription;
    private boolean over;
    private Buffer ending = NOTHING;

    /** Written, but the socket has not taken all of it: the publisher is asked for as many again when it has. */
    private int unasked;

    /** A write may free the socket at once and call the drain handler before it returns. */
    private boolean writing;

    /** What the call does about the stream's fate. All methods are called on the event loop. */
    interface Listener {
        /**
         * A step is done.
         *
         * @param moved whether bytes were written in it
         * @param blocked whether what is written waits for the client
         */
        void step(boolean moved, boolean blocked);

        /** All is written but these last bytes, which may be none, and the end of the response. */
        void completed(Buffer last);

        /** The publisher failed: the response must not look whole. */
        void failed(Throwable cause);
    }

    StreamWriter(Context loop, HttpServerResponse response, Listener listener) {
        this.loop = loop;
        this.response = response;
        this.listener = listener;
    }

    /** Subscribes; the head is sent at once, or with the first buffer of a {@link PromptPublisher}. */
    void start(Flow.Publisher<?> publisher) {
        response.drainHandler(drained -> {
            if (!writing) {
                drain();
            }
        });
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        if (!(publisher instanceof PromptPublisher)) {
            response.write(NOTHING);
        }
        subscribe(publisher);
    }

    /** Subscribes only to cancel, so that a publisher nobody will read can let go of what it holds. */
    void dismiss(Flow.Publisher<?> publisher) {
        over = true;
        subscribe(publisher);
    }

    /** The client is gone. */
    void cancel() {
        if (!over) {
            over = true;
            queue.clear();
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }

    @SuppressWarnings("unchecked") // a subscriber of Object can take whatever the publisher has
    private void subscribe(Flow.Publisher<?> publisher) {
        try {
            ((Flow.Publisher<Object>) publisher).subscribe(this);
        } catch (RuntimeException e) {
            onError(e);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        loop.runOnContext(on -> {
            if (over || subscription != null) {
                given.cancel();
            } else {
                subscription = given;
                request(WINDOW);
            }
        });
    }

    @Override
    public void onNext(Object item) {
        if (!(item instanceof Buffer buffer)) {
            onError(new IllegalStateException("a stream body is made of buffers"));
        } else if (failure == null && wanted.decrementAndGet() < -LAST_WORDS) {
            onError(new IllegalStateException("the publisher sent more than was requested"));
        } else if (failure == null) {
            queue.add(buffer);
            wake();
        }
    }

    @Override
    public void onError(Throwable cause) {
        failure = cause;
        wake();
    }

    @Override
    public void onComplete() {
        complete = true;
        wake();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.runOnContext(on -> drain());
        }
    }

    private void drain() {
        woken.set(false);
        if (over) {
            return;
        }
        boolean last = complete || failure != null;
        writing = true;
        int written = write(last && failure == null);
        writing = false;
        boolean blocked = response.writeQueueFull();
        if (last && (queue.isEmpty() || (failure != null && blocked))) {
            end();
            return;
        }
        listener.step(written > 0, blocked);
        unasked += written;
        if (unasked > 0 && !last && !blocked) {
            request(unasked);
            unasked = 0;
        }
    }

    /** All that was emitted is written; what came before a failure is not lost, unless the client does not take it. */
    private void end() {
        if (failure == null) {
            over = true;
            listener.completed(ending);
        } else {
            cancel();
            listener.failed(failure);
        }
    }

    /** @param complete so that the last bytes are kept to be sent together with the end of the response */
    private int write(boolean complete) {
        int written = 0;
        Buffer next;
        while (!response.writeQueueFull() && (next = queue.poll()) != null) {
            written++;
            if (joinable(next)) {
                next = Buffer.buffer(GROWTH * next.length()).appendBuffer(next);
                while (joinable(next)) {
                    next.appendBuffer(queue.remove());
                    written++;
                }
            }
            if (complete && queue.isEmpty()) {
                ending = next;
            } else {
                response.write(next);
            }
        }
        return written;
    }

    private boolean joinable(Buffer before) {
        Buffer following = queue.peek();
        return following != null && before.length() + following.length() <= MAX_WRITE_BYTES;
    }

    private void request(int more) {
        wanted.addAndGet(more);
        subscription.request(more);
    }
}
