package org.agentos.federation.mirror;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What mirrors may read ahead of the disk beyond what each may anyway: a few fast runs get large batches, a thousand fast
 * ones do not fill the memory. Shared by all mirrors, thread-safe.
 */
final class ReadAhead {
    /** Of all mirrors together. */
    private static final long MAX_BYTES = 32L << 20;

    private final AtomicLong left;

    ReadAhead() {
        this(MAX_BYTES);
    }

    ReadAhead(long maxBytes) {
        left = new AtomicLong(maxBytes);
    }

    /** Takes so many bytes, to be given back; or none, when not so many are left. */
    boolean take(long bytes) {
        long before = left.getAndUpdate(now -> now < bytes ? now : now - bytes);
        return before >= bytes;
    }

    void give(long bytes) {
        left.addAndGet(bytes);
    }
}
