package org.agentos.federation.ingest;

import java.util.Arrays;

/**
 * The sequences of a batch of one run, in the order in which its events ask to be stored.
 *
 * @param events of the batch that ask to be stored, those without a sequence included
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sequences(long[] values, int events) {
    static Sequences of(IngestBatch batch) {
        long[] all = batch.inLogOrder().stream()
                .mapToLong(event -> event.event().sequence())
                .toArray();
        return new Sequences(Arrays.stream(all).filter(sequence -> sequence > 0).toArray(), all.length);
    }

    /** The lowest; the batch goes into the log before one that begins higher. */
    long first() {
        return values.length == 0 ? 0 : values[0];
    }

    /** Whether a sequence would be missing in a log that ends with this one. */
    boolean leaveGapAfter(long last) {
        long reached = last;
        for (long sequence : values) {
            if (sequence > reached + 1) {
                return true;
            }
            reached = Math.max(reached, sequence);
        }
        return false;
    }
}
