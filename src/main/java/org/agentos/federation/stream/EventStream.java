package org.agentos.federation.stream;

import com.google.common.math.LongMath;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agentos.federation.http.PromptPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream for one subscriber. All that it says is said by one task that never runs twice at once, so no frame
 * ever lies inside another. Nothing is read from the log before it is asked for; what one slow client can hold is
 * {@code bufferBytes}, half of it read and not yet asked for, half asked for and not yet written. Signals from any
 * thread.
 */
final class EventStream implements PromptPublisher, Flow.Subscription, OpenReader {
    /** Ticks of silence until a sign of life; also how long a stream waits for its subscriber before it is given up. */
    static final int SILENT_TICKS = 15;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** Pieces handed over before other streams get the thread. */
    private static final int TURNS = 64;

    /** Bounds of a piece: larger ones hold up a connection's neighbours, smaller ones cost more to hand over. */
    private static final int MAX_PIECE = 64 << 10;

    private static final int MIN_PIECE = 1 << 10;
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final StreamContent content;
    private final int inFlightBytes;
    private final Consumer<OpenReader> leave;
    private final SerialTask pump;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicLong window = new AtomicLong(1);
    private final AtomicReference<EndReason> asked = new AtomicReference<>();
    private final AtomicInteger silentTicks = new AtomicInteger();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile boolean badRequest;
    private Flow.Subscriber<? super Buffer> subscriber;
    private Buffer piece = NOTHING;
    private int handedOver;

    /**
     * @param inFlightBytes handed over and not yet written, at most
     * @param leave called once, when the stream has ended, was cancelled or nobody came for it
     */
    EventStream(StreamContent content, int inFlightBytes, Executor executor, Consumer<OpenReader> leave) {
        this.content = content;
        this.inFlightBytes = inFlightBytes;
        this.leave = leave;
        this.pump = new SerialTask(executor, this::work);
        pump.hold();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Buffer> newcomer) {
        if (!taken.compareAndSet(false, true)) {
            newcomer.onSubscribe(new Refused());
            newcomer.onError(new IllegalStateException("an event stream has one subscriber, and not too late"));
            return;
        }
        silentTicks.set(0);
        subscriber = newcomer;
        newcomer.onSubscribe(this);
        pump.release();
    }

    @Override
    public void request(long pieces) {
        if (pieces <= 0) {
            badRequest = true;
        } else {
            long open = demand.updateAndGet(before -> LongMath.saturatedAdd(before, pieces));
            window.accumulateAndGet(open, Math::max);
        }
        pump.signal();
    }

    /** Frees all that the stream holds outside itself at once, on the caller's thread. */
    @Override
    public void cancel() {
        free();
        pump.signal();
    }

    @Override
    public void moved() {
        pump.signalHere();
    }

    @Override
    public void end(EndReason reason) {
        asked.compareAndSet(null, reason);
        pump.signal();
    }

    @Override
    public void tick() {
        if (silentTicks.incrementAndGet() < SILENT_TICKS) {
            return;
        }
        if (taken.compareAndSet(false, true)) {
            free();
        } else {
            pump.signal();
        }
    }

    private boolean work() {
        try {
            return handOverAll();
        } catch (Throwable failure) { // whatever it is, the slot must be freed and the client must not wait for ever
            LOG.warn("stream failed cause={}", failure.toString());
            fail(failure);
            return true;
        }
    }

    private boolean handOverAll() {
        for (int turn = 0; turn < TURNS; turn++) {
            if (left.get()) {
                keep(NOTHING);
                return true;
            }
            if (badRequest) {
                fail(new IllegalArgumentException("a subscriber asked for less than one piece"));
                return true;
            }
            if (demand.get() == 0 && !(content.over() && allHandedOver())) {
                return true;
            }
            if (allHandedOver() && !nextPiece()) {
                return true;
            }
            if (!allHandedOver()) {
                handOver();
            }
        }
        return false;
    }

    private boolean allHandedOver() {
        return handedOver == piece.length();
    }

    /** Fetches what comes next; false when there is nothing for now, or the stream is complete. */
    private boolean nextPiece() {
        Optional<Buffer> next = content.next(asked.get(), silentTicks.get() >= SILENT_TICKS);
        keep(next.orElse(NOTHING));
        if (next.isEmpty() && content.over()) {
            free();
            subscriber.onComplete();
        }
        return next.isPresent();
    }

    private void handOver() {
        int to = Math.min(piece.length(), handedOver + pieceBytes());
        Buffer part = handedOver == 0 && to == piece.length() ? piece : piece.slice(handedOver, to);
        handedOver = to;
        if (allHandedOver()) {
            keep(NOTHING);
        }
        if (demand.get() != Long.MAX_VALUE) {
            demand.decrementAndGet();
        }
        silentTicks.set(0);
        subscriber.onNext(part);
    }

    private void keep(Buffer next) {
        piece = next;
        handedOver = 0;
    }

    /** So that all the pieces the subscriber lets be in flight together stay within the bound. */
    private int pieceBytes() {
        long pieces = window.get();
        return pieces == Long.MAX_VALUE
                ? MAX_PIECE
                : (int) Math.min(MAX_PIECE, Math.max(MIN_PIECE, inFlightBytes / pieces));
    }

    private void fail(Throwable failure) {
        if (free()) {
            subscriber.onError(failure);
        }
    }

    private boolean free() {
        boolean first = left.compareAndSet(false, true);
        if (first) {
            leave.accept(this);
        }
        return first;
    }

    /** What a subscriber holds that is refused. */
    private static final class Refused implements Flow.Subscription {
        @Override
        public void request(long pieces) {}

        @Override
        public void cancel() {}
    }
}
