package org.agentos.federation.eventlog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Requests that wait for the writing thread, bounded by the bytes of all requests that are not answered yet. */
final class RequestQueue {
    enum Offer {
        TAKEN,
        FULL,
        CLOSED
    }

    private final long maxBytes;
    private final Deque<LogRequest> waiting = new ArrayDeque<>();
    private long unansweredBytes;
    private boolean closed;

    RequestQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A request larger than the bound is taken when nothing else is there: refusing it for ever would help nobody. */
    synchronized Offer offer(LogRequest request) {
        if (closed) {
            return Offer.CLOSED;
        }
        if (request.refusable() && unansweredBytes > 0 && unansweredBytes + request.bytes() > maxBytes) {
            return Offer.FULL;
        }
        unansweredBytes += request.bytes();
        waiting.addLast(request);
        notifyAll();
        return Offer.TAKEN;
    }

    synchronized void answered(LogRequest request) {
        unansweredBytes -= request.bytes();
    }

    /** Waits for requests and takes what is there, up to about this many bytes; none when the queue is closed and empty. */
    synchronized List<LogRequest> take(long bytes) throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        List<LogRequest> taken = new ArrayList<>();
        for (long left = bytes; left > 0 && !waiting.isEmpty(); ) {
            LogRequest next = waiting.removeFirst();
            taken.add(next);
            left -= next.bytes();
        }
        return taken;
    }

    /** Takes no more requests; what waits may still be taken out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
