package org.agentos.federation.eventlog;

/**
 * A place among the events of all runs, in the order in which they were stored: before an event, given by the feed's
 * entry of its record and its index there.
 *
 * @param offset of the entry, 1 or more; 0 = before the first
 * @param index in the record, 0 = its first event
 */
public record FeedPlace(long offset, int index) implements Comparable<FeedPlace> {
    /** Before all there ever was. */
    public static final FeedPlace START = new FeedPlace(0, 0);

    public FeedPlace {
        if (offset < 0 || index < 0) {
            throw new IllegalArgumentException("a place in the feed has no negative part: " + offset + "," + index);
        }
    }

    /** The place right after all events of the entries up to an offset. */
    public static FeedPlace after(long offset) {
        return new FeedPlace(offset + 1, 0);
    }

    @Override
    public int compareTo(FeedPlace other) {
        int byOffset = Long.compare(offset, other.offset);
        return byOffset != 0 ? byOffset : Integer.compare(index, other.index);
    }

    public boolean isBefore(FeedPlace other) {
        return compareTo(other) < 0;
    }
}
