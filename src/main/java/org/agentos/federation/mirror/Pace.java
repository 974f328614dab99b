package org.agentos.federation.mirror;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.MirrorSettings;

/**
 * How long to wait between the connections of one run, and when to give up. Anything new sets it back to the start; each
 * try without anything new doubles the wait, and quadruples it where the peer answered: one that serves the same stream
 * anew each time is asked a handful of times in the first minute and less from then on. A peer that cannot be reached a few
 * times in a row is tried at the slowest pace. Waits vary between half and all of their length, so that the runs of a peer
 * that restarts come back spread out.
 */
final class Pace {
    /** Times the longest wait. */
    private static final int RARELY = 10;

    private final long baseMillis;
    private final long maxMillis;
    private final int connectAttempts;
    private final int emptyTries;
    private final RandomGenerator random;
    private int fruitless;
    private int unreached;
    private int empty;

    Pace(MirrorSettings settings, Peer.Mirror peer, RandomGenerator random) {
        this.baseMillis = settings.baseBackoff().toMillis();
        this.maxMillis = peer.maxBackoffMs().orElse((int) settings.maxBackoff().toMillis());
        this.connectAttempts = settings.connectAttempts();
        this.emptyTries = peer.emptyTries().orElse(settings.emptyTries());
        this.random = random;
    }

    /** The peer has answered with a stream: whatever comes of it, it can be reached. */
    void reached() {
        unreached = 0;
    }

    /** Something new has been stored. The connection may go on for hours, and what was before it counts no more. */
    void progressed() {
        fruitless = 0;
        unreached = 0;
        empty = 0;
    }

    /** Takes the outcome of one connection into account. */
    void after(Outcome outcome) {
        if (outcome.accepted() > 0) {
            progressed();
        } else if (outcome.kind() == Outcome.Kind.RENEWED) {
            reached(); // nothing was wrong with it
        } else {
            fruitless += step(outcome);
            unreached = outcome.tryLater() ? unreached + 1 : 0;
            empty += outcome.answered() ? 1 : 0;
        }
    }

    /** The first retry is never later than the base wait. */
    private int step(Outcome outcome) {
        return fruitless > 0 && outcome.answered() ? 2 : 1;
    }

    /** Until the next connection. */
    Duration next() {
        return unreachable() ? slowest() : jittered(backoff());
    }

    /** Until the next connection of a run that seems to be over. */
    Duration slowest() {
        return jittered(maxMillis);
    }

    /** Until a peer that demands a token is tried without one all the same: its 401 may have been a fault of its own. */
    Duration rarely() {
        return jittered(RARELY * maxMillis);
    }

    /** Whether the peer could not be reached in any of the last attempts. */
    boolean unreachable() {
        return unreached >= connectAttempts;
    }

    /** Whether enough connections in a row have ended without anything new. */
    boolean exhausted() {
        return empty >= emptyTries;
    }

    private long backoff() {
        int doublings = Math.min(Math.max(0, fruitless - 1), 30);
        return Math.min(maxMillis, baseMillis << doublings);
    }

    private Duration jittered(long millis) {
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }
}
