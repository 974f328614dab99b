package org.agentos.federation.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * The bytes of all large answers, each of which stands in memory until its client has taken it. A client may take its time;
 * many of them would fill the memory. So when the room is used up, those are cut that have taken nothing for the longest, and
 * for {@value #STUCK_SECONDS} s at least. Thread-safe.
 */
final class HeldAnswers {
    /** Longer than a busy machine takes to hand bytes to a client that reads. */
    static final int STUCK_SECONDS = 2;

    private static final int SHARE_OF_HEAP = 8;

    private final long maxBytes;
    private final LongSupplier nanoTime;
    private final Set<Held> held = new HashSet<>();
    private long bytes;

    HeldAnswers(long maxBytes, LongSupplier nanoTime) {
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
    }

    /** An eighth of the heap. */
    static HeldAnswers ofHeap(LongSupplier nanoTime) {
        return new HeldAnswers(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, nanoTime);
    }

    /**
     * Takes room for an answer; one that is larger than all the room gets it while nothing else is held.
     *
     * @param refusable whether something else may be answered; otherwise it is held in any case
     * @param cut gives the answer up; may be called by any thread, once
     * @return empty when there is no room
     */
    Optional<Held> hold(long size, boolean refusable, Runnable cut) {
        List<Held> stuck = new ArrayList<>();
        Optional<Held> room;
        synchronized (this) {
            if (bytes + size > maxBytes) {
                stuck.addAll(release(bytes + size - maxBytes));
            }
            boolean fits = bytes + size <= maxBytes || bytes == 0 || !refusable;
            room = fits ? Optional.of(add(size, cut)) : Optional.empty();
        }
        stuck.forEach(answer -> answer.cut.run());
        return room;
    }

    /** What is answered where there is no room: others are taken, or cut, within a second or two. */
    static FederationException noRoom() {
        return new FederationException(ErrorCode.UNAVAILABLE, "too many large answers wait for their clients")
                .retryAfter(Duration.ofSeconds(1));
    }

    private Held add(long size, Runnable cut) {
        Held added = new Held(size, cut);
        held.add(added);
        bytes += size;
        return added;
    }

    /** Lets those that are stuck the longest go until so much is free. */
    private List<Held> release(long excess) {
        long before = nanoTime.getAsLong() - TimeUnit.SECONDS.toNanos(STUCK_SECONDS);
        List<Held> stuck = held.stream()
                .filter(answer -> answer.movedNanos - before <= 0)
                .sorted(Comparator.comparingLong(answer -> answer.movedNanos - before))
                .toList();
        List<Held> released = new ArrayList<>();
        long free = 0;
        for (Held answer : stuck) {
            if (free < excess) {
                free += answer.size;
                released.add(answer);
                answer.close();
            }
        }
        return released;
    }

    /** The bytes held now. */
    synchronized long bytes() {
        return bytes;
    }

    /** One answer's room; closed when its client has taken it or is gone. */
    final class Held implements AutoCloseable {
        private final long size;
        private final Runnable cut;
        private long movedNanos = nanoTime.getAsLong();

        private Held(long size, Runnable cut) {
            this.size = size;
            this.cut = cut;
        }

        /** The client has taken some of it. */
        void moved() {
            synchronized (HeldAnswers.this) {
                movedNanos = nanoTime.getAsLong();
            }
        }

        @Override
        public void close() {
            synchronized (HeldAnswers.this) {
                bytes -= held.remove(this) ? size : 0;
            }
        }
    }
}
