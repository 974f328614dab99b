package org.agentos.federation.stream;

import com.google.common.math.LongMath;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What one stream's subscriber has asked for, was given, and has passed on: its first request is the number of parts it
 * lets be on the way, each later one tells that its client has taken as many. Counts what is held against the budget of
 * all streams and judges whether the client keeps up. Thread-safe.
 */
final class Delivery {
    /** The lowest rate that counts as keeping up while there is more to send: below what the slowest networks do. */
    static final int MIN_BYTES_PER_SECOND = 1024;

    /** Bounds of a part: larger ones hold up a connection's neighbours, smaller ones cost more to hand over. */
    private static final int MAX_PART = 64 << 10;

    private static final int MIN_PART = 1 << 10;

    private final int inFlightBytes;
    private final BufferBudget budget;
    private final int patience;
    private final long leastBytes;
    private final Deque<Part> onTheWay = new ArrayDeque<>(1);
    private long open;
    private long window;
    private long held;
    private boolean closed;

    /** Whether somebody was told to wait for the subscriber since it last asked or took. */
    private boolean awaited;

    private boolean movedSinceTick;
    private int stalledTicks;
    private int windowTicks;
    private long takenInWindow;

    /** @param frees what is given back when it is taken: the whole piece, with its last part */
    private record Part(int bytes, int frees) {}

    /** @param inFlightBytes handed over and not taken, at most */
    Delivery(int inFlightBytes, BufferBudget budget, Ticks ticks) {
        this.inFlightBytes = inFlightBytes;
        this.budget = budget;
        this.patience = ticks.patience();
        this.leastBytes = ticks.leastBytes(MIN_BYTES_PER_SECOND);
    }

    /**
     * The subscriber asks for parts, and tells by that what was taken.
     *
     * @return whether that was waited for: after {@link #isOpen}, {@link #portion} or {@link #allTaken} have said no
     */
    synchronized boolean request(long parts) {
        if (window == 0) {
            window = parts;
        } else {
            taken(parts);
        }
        open = LongMath.saturatedAdd(open, parts);
        window = Math.max(window, open);
        boolean wasAwaited = awaited;
        awaited = false;
        return wasAwaited;
    }

    private void taken(long parts) {
        for (long i = 0; i < parts && !onTheWay.isEmpty(); i++) {
            Part part = onTheWay.remove();
            takenInWindow += part.bytes();
            release(part.frees());
        }
        movedSinceTick = true;
    }

    /** Whether the subscriber has asked for a part. */
    synchronized boolean isOpen() {
        return orAwaited(open > 0);
    }

    /** How much may be read for this stream now; 0 = it must wait. */
    synchronized int portion() {
        int portion = budget.portion(inFlightBytes, onTheWay.isEmpty());
        return orAwaited(portion > 0) ? portion : 0;
    }

    /** A piece was read: it stands in memory until its last part is taken. */
    synchronized void holds(int pieceBytes) {
        if (!closed) {
            held += pieceBytes;
            budget.take(pieceBytes);
        }
    }

    /** The size of the next part: all that the subscriber lets be on the way together stays within the bound. */
    synchronized int partBytes() {
        return unbounded() ? MAX_PART : (int) Math.min(MAX_PART, Math.max(MIN_PART, inFlightBytes / window));
    }

    /**
     * A part is about to be handed over.
     *
     * @param pieceBytes of its whole piece when it is the last of it, else 0
     */
    synchronized void handsOver(int bytes, int pieceBytes) {
        if (unbounded()) {
            release(pieceBytes);
            return;
        }
        open = Math.max(0, open - 1);
        if (!closed) {
            onTheWay.add(new Part(bytes, pieceBytes));
        }
    }

    /** Whether the client has taken all that was handed over. */
    synchronized boolean allTaken() {
        return orAwaited(onTheWay.isEmpty());
    }

    /** Told under the same lock as the subscriber's next word, so that none is missed. */
    private boolean orAwaited(boolean yes) {
        awaited |= !yes;
        return yes;
    }

    /**
     * One more tick has passed.
     *
     * @return whether the client takes too little: nothing for as long as patience lasts, or less than
     *     {@link #MIN_BYTES_PER_SECOND} on average of that time, while there was something for it all the time
     */
    synchronized boolean tooSlow() {
        if (onTheWay.isEmpty()) {
            stalledTicks = 0;
            beginWindow();
            return false;
        }
        stalledTicks = movedSinceTick ? 0 : stalledTicks + 1;
        movedSinceTick = false;
        windowTicks++;
        boolean slow = stalledTicks >= patience || (windowTicks >= patience && takenInWindow < leastBytes);
        if (windowTicks >= patience) {
            beginWindow();
        }
        return slow;
    }

    private void beginWindow() {
        windowTicks = 0;
        takenInWindow = 0;
    }

    /** Ticks since the client last took something of what waits for it. */
    synchronized int stalledTicks() {
        return stalledTicks;
    }

    synchronized long held() {
        return held;
    }

    /** Nobody will take any more. */
    synchronized void close() {
        closed = true;
        onTheWay.clear();
        release(held);
    }

    private void release(long bytes) {
        long released = Math.min(bytes, held);
        held -= released;
        budget.give(released);
    }

    private boolean unbounded() {
        return window == Long.MAX_VALUE;
    }
}
