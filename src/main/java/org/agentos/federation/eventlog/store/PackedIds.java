package org.agentos.federation.eventlog.store;

import java.util.Arrays;

/**
 * The event_ids of an idle run by their keyed hashes alone, 8 bytes each: enough to tell a new id from a known one, which is
 * what nearly every event asks. Immutable.
 */
final class PackedIds {
    static final PackedIds NONE = new PackedIds(new long[0]);

    private final long[] rising; // as numbers without sign

    private PackedIds(long[] rising) {
        this.rising = rising;
    }

    int size() {
        return rising.length;
    }

    boolean holds(long hash) {
        int from = 0;
        int to = rising.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Long.compareUnsigned(rising[middle], hash) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from < rising.length && rising[from] == hash;
    }

    /** These and more, which rise as numbers without sign. */
    PackedIds with(long[] more) {
        long[] all = Arrays.copyOf(rising, rising.length + more.length);
        int free = all.length;
        int left = rising.length;
        for (int next = more.length - 1; next >= 0; next--) {
            while (left > 0 && Long.compareUnsigned(rising[left - 1], more[next]) > 0) {
                all[--free] = rising[--left];
            }
            all[--free] = more[next];
        }
        return new PackedIds(all);
    }
}
