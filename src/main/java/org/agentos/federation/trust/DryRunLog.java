package org.agentos.federation.trust;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.agentos.federation.peer.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what dry runs would deny. A peer may push thousands of events a second, of types as long as an event may be: more lines
 * than {@link #LINES_A_SECOND} are counted, and values are cut, so that none fills the disk. Thread-safe.
 */
final class DryRunLog implements PeerPolicy.DryRun {
    static final int LINES_A_SECOND = 10;

    /** As long as an id may be. */
    private static final int MAX_VALUE = 256;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(PeerPolicy.class);

    private final LongSupplier nanoTime;
    private long begun;
    private int lines;
    private long leftOut;

    DryRunLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    @Override
    public void wouldDeny(Peer peer, Denial rule, String value) {
        long before = leftOutBefore();
        if (before >= 0) {
            LOG.warn(
                    "policy dry run would deny peer={} rule={} value={} left_out={}",
                    peer.stackId(),
                    rule.wireName(),
                    value.substring(0, Math.min(value.length(), MAX_VALUE)),
                    before);
        }
    }

    /** How many lines were left out since the one before; -1 when this one is left out too. */
    private synchronized long leftOutBefore() {
        long now = nanoTime.getAsLong();
        if (now - begun >= SECOND) {
            begun = now;
            lines = 0;
        }
        if (lines >= LINES_A_SECOND) {
            leftOut++;
            return -1;
        }
        lines++;
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
