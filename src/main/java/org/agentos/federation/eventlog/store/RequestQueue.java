package org.agentos.federation.eventlog.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests that wait for the writing thread, bounded by the bytes of all requests that are not answered yet. */
final class RequestQueue {
    enum Offer {
        TAKEN,
        FULL,
        CLOSED
    }

    private final long maxBytes;
    private final Deque<LogRequest> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long unansweredBytes;
    private boolean closed;

    RequestQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A request larger than the bound is taken when nothing else is there: refusing it for ever would help nobody. */
    Offer offer(LogRequest request) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (request.refusable() && unansweredBytes > 0 && unansweredBytes + request.bytes() > maxBytes) {
                return Offer.FULL;
            }
            unansweredBytes += request.bytes();
            waiting.addLast(request);
            news.signal();
            return Offer.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    void answered(LogRequest request) {
        lock.lock();
        try {
            unansweredBytes -= request.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits to be taken. */
    boolean hasNext() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long for a request, or for the end; false when neither came. For the one thread that takes. */
    boolean await(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            for (long left = patience.toNanos(); left > 0 && isQuiet(); ) {
                left = news.awaitNanos(left);
            }
            return !isQuiet();
        } finally {
            lock.unlock();
        }
    }

    private boolean isQuiet() {
        return waiting.isEmpty() && !closed;
    }

    /**
     * Waits for requests and takes what is there, up to about this many bytes; none when the queue is closed and empty.
     * For one thread.
     */
    List<LogRequest> take(long bytes) throws InterruptedException {
        lock.lock();
        try {
            while (isQuiet()) {
                news.await();
            }
            List<LogRequest> taken = new ArrayList<>();
            for (long left = bytes; left > 0 && !waiting.isEmpty(); ) {
                LogRequest next = waiting.removeFirst();
                taken.add(next);
                left -= next.bytes();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more requests; what waits may still be taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }
}
