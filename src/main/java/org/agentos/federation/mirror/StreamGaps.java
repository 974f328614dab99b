package org.agentos.federation.mirror;

import java.time.Instant;

/**
 * What to do when a peer's own stream skips sequences: it is asked for them once, and takes a rest from that when it did
 * not have them. The run's first event leaves no gap, for a run may begin at any number. Used on the run's event loop.
 */
final class StreamGaps {
    private static final long NOTHING = -1;

    /** The sequence from which the peer was asked again, until its next event shows whether that was of use. */
    private long asked = NOTHING;

    private GapPause pause;

    /** Takes note that the peer is being asked from here for another reason. */
    void askedFrom(long last) {
        asked = last;
    }

    /**
     * Whether the peer is to be asked again from the last event that came without a gap, before this one is stored: what
     * is skipped now could not be stored later.
     *
     * @param last sequence before; 0 for none
     * @param next sequence of the event that came; 0 for none
     */
    boolean asksAgain(long last, long next, Instant now) {
        boolean answers = last == asked && next > last;
        boolean gap = last > 0 && next > last + 1;
        if (answers) {
            asked = NOTHING;
            pause = gap ? GapPause.after(pause, now) : null;
        }
        if (!gap || answers || (pause != null && pause.holds(now))) {
            return false;
        }
        asked = last;
        return true;
    }
}
