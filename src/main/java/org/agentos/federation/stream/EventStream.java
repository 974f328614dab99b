package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agentos.federation.http.PromptPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream for one subscriber. All that it says is said by one task that never runs twice at once, so no frame
 * ever lies inside another. Nothing is read from the log before it is asked for; what one slow client can hold is
 * {@code bufferBytes}, half of it read and not yet asked for, half asked for and not yet taken. When the stream is cut
 * short, what is left of the piece it holds and the end frame go out unasked, so that a client that wakes up late still
 * learns where to go on; the stream is over when that is taken, or the grace has passed. Signals from any thread.
 */
final class EventStream implements PromptPublisher, Flow.Subscription, OpenReader {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** Pieces handed over before other streams get the thread. */
    private static final int TURNS = 64;

    private static final Buffer NOTHING = Buffer.buffer(0);

    private final StreamContent content;
    private final Delivery delivery;
    private final StreamTime time;
    private final Consumer<EventStream> leave;
    private final SerialTask pump;
    private final AtomicReference<EndReason> asked = new AtomicReference<>();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile RuntimeException refusal;
    private volatile boolean failed;
    private volatile boolean waitsForRoom;
    private Flow.Subscriber<? super Buffer> subscriber;
    private Buffer piece = NOTHING;
    private int handedOver;

    /** @param leave called once, when the stream is over, was cancelled or nobody came for it */
    EventStream(
            StreamContent content, Delivery delivery, StreamTime time, Executor executor, Consumer<EventStream> leave) {
        this.content = content;
        this.delivery = delivery;
        this.time = time;
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
        time.spoke();
        subscriber = newcomer;
        newcomer.onSubscribe(this);
        pump.release();
    }

    /** A stream that waits for its run needs no turn only because its client has taken what it was sent. */
    @Override
    public void request(long pieces) {
        if (pieces <= 0) {
            refusal = new IllegalArgumentException("a subscriber asked for less than one piece");
            pump.signal();
        } else if (delivery.request(pieces)) {
            pump.signal();
        }
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
    public void tick(Instant now) {
        Optional<EndReason> due = time.tick(now, asked.get());
        if (time.isLateForSubscribers() && taken.compareAndSet(false, true)) {
            free();
        } else if (due.isPresent() && asked.get() == null) {
            end(due.get());
        } else if (time.isSilent() || time.graceIsOver() || waitsForRoom) {
            pump.signal();
        }
    }

    @Override
    public int stalledTicks() {
        return delivery.stalledTicks();
    }

    @Override
    public boolean leaving() {
        return asked.get() == EndReason.SLOW_CONSUMER;
    }

    @Override
    public void giveUp() {
        time.endGrace();
        pump.signal();
    }

    @Override
    public long heldBytes() {
        return delivery.held();
    }

    /** How it went, for the one who counts: the reason of its end, or a word for an end that no frame tells. */
    String outcome() {
        return content.ended()
                .map(EndReason::wireName)
                .orElseGet(() -> failed ? "failed" : content.over() ? "complete" : "client_left");
    }

    /** Events handed over, or about to be when the stream ended. */
    long events() {
        return content.events();
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
            if (refusal != null) {
                fail(refusal);
                return true;
            }
            if (time.graceIsOver()) {
                fail(new TimeoutException("the client does not take what it is sent"));
                return true;
            }
            if (content.over() && allHandedOver()) {
                completeWhenTaken();
                return true;
            }
            if (!delivery.isOpen() && !isCutShort()) {
                return true;
            }
            if (allHandedOver() && !nextPiece() && !content.over()) {
                return true;
            }
            if (!allHandedOver()) {
                handOver();
            }
            if (allHandedOver() && content.caughtUp() && asked.get() == null) {
                return true; // what comes now comes with a signal
            }
        }
        return false;
    }

    /** Whether the stream ends at the place it has reached, also for a client that asks for nothing. */
    private boolean isCutShort() {
        EndReason reason = asked.get();
        return reason != null && !reason.afterStoredEvents();
    }

    private boolean allHandedOver() {
        return handedOver == piece.length();
    }

    /** Until then what it was given stands in memory, and it is timed. */
    private void completeWhenTaken() {
        if (delivery.allTaken() && free()) {
            subscriber.onComplete();
        }
    }

    /**
     * Fetches what comes next; false when there is nothing for now, no room for it, or the stream is complete. Events need
     * room; the opening, with which the answer's head goes out, and signs of life do not, or clients that never read
     * could keep all others from being answered at all.
     */
    private boolean nextPiece() {
        int room = isCutShort() ? BufferBudget.SMALL_PIECE : delivery.portion();
        waitsForRoom = room == 0;
        Optional<Buffer> next = content.next(asked.get(), time.isSilent(), room);
        keep(next.orElse(NOTHING));
        delivery.holds(piece.length());
        return next.isPresent();
    }

    private void handOver() {
        int most = isCutShort() ? piece.length() : delivery.partBytes();
        int to = Math.min(piece.length(), handedOver + most);
        Buffer part = handedOver == 0 && to == piece.length() ? piece : piece.slice(handedOver, to);
        int whole = to == piece.length() ? piece.length() : 0;
        delivery.handsOver(to - handedOver, whole);
        handedOver = to;
        if (allHandedOver()) {
            keep(NOTHING);
        }
        time.spoke();
        subscriber.onNext(part);
    }

    private void keep(Buffer next) {
        piece = next;
        handedOver = 0;
    }

    private void fail(Throwable failure) {
        failed = true;
        if (free()) {
            subscriber.onError(failure);
        }
    }

    private boolean free() {
        boolean first = left.compareAndSet(false, true);
        if (first) {
            delivery.close();
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
