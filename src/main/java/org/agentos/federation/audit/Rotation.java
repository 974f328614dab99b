package org.agentos.federation.audit;

import java.time.Duration;
import java.time.Instant;
import org.agentos.federation.settings.AuditSettings;

/**
 * When a file is followed by another, and how many older ones are kept.
 *
 * @param bytes of a file; what is written at once may go beyond
 * @param age of its first record; zero: no age does it
 * @param keep older files; 0: all
 */
record Rotation(long bytes, Duration age, int keep) {
    static Rotation of(AuditSettings settings) {
        return new Rotation(settings.rotateBytes(), settings.rotateAge(), settings.keepFiles());
    }

    boolean isDue(long size, Instant begun, Instant now) {
        boolean old = !age.isZero() && !begun.equals(Instant.MAX) && !now.isBefore(begun.plus(age));
        return size >= bytes || old;
    }

    /** The lowest number kept when a file is begun. */
    int oldestKept(int begunNumber, int oldest) {
        return keep == 0 ? oldest : Math.max(oldest, begunNumber - keep);
    }
}
