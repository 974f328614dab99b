package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;

/**
 * How far a subscription is: everything before {@code reached} is done with, but for the events listed as open. A value of the
 * column family {@code subscription}, whose key is the subscription's name.
 *
 * <pre>
 * format       1 byte, 1
 * epoch        8 bytes, the log's when it was saved
 * filter       8 bytes, a fingerprint of what the subscription asked for
 * since        8 + 4 bytes, the position its run's events have to be after; 0, 0 = all
 * not before   8 bytes, the time since 1970 its records have to be stored at or after; 0 = all
 * saved        8 bytes, milliseconds since 1970
 * reached      8 + 4 bytes, a place in the feed
 * n            4 bytes
 * n times      8 + 4 bytes, places of open events, rising
 * m            4 bytes; a row of an earlier version ends before it
 * m times      8 + 4 bytes place, 4 bytes attempts, 8 bytes since: events whose delivery has failed, rising
 * </pre>
 *
 * @param open events before {@code reached} that are not done with; at most {@link #MAX_OPEN}
 * @param failed events at any place that are not done with and whose delivery has failed; at most {@link #MAX_OPEN}
 */
public record SubscriptionState(
        long epoch,
        long filter,
        Position since,
        long notBeforeMillis,
        long savedMillis,
        FeedPlace reached,
        List<FeedPlace> open,
        List<Failed> failed) {
    /** What a subscription may have open behind the place it has reached; bounds the row, and what a restart reads first. */
    public static final int MAX_OPEN = 2000;

    private static final byte FORMAT = 1;
    private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;
    private static final int FAILED_BYTES = PLACE_BYTES + Integer.BYTES + Long.BYTES;
    private static final int FIXED_BYTES = 1 + 4 * Long.BYTES + 2 * PLACE_BYTES + 2 * Integer.BYTES;

    /**
     * An event whose delivery has failed.
     *
     * @param attempts how often it was given to the route, and failed
     * @param sinceMillis when it failed first, since 1970
     */
    public record Failed(FeedPlace place, int attempts, long sinceMillis) {}

    public SubscriptionState {
        open = List.copyOf(open);
        failed = List.copyOf(failed);
        if (Math.max(open.size(), failed.size()) > MAX_OPEN) {
            throw new IllegalArgumentException(
                    "a subscription has " + open.size() + " events open, " + failed.size() + " have failed");
        }
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + open.size() * PLACE_BYTES + failed.size() * FAILED_BYTES);
        out.put(FORMAT).putLong(epoch).putLong(filter);
        out.putLong(since.sequence()).putInt(since.unsequenced()).putLong(notBeforeMillis);
        out.putLong(savedMillis).putLong(reached.offset()).putInt(reached.index());
        out.putInt(open.size());
        open.forEach(place -> put(place, out));
        out.putInt(failed.size());
        failed.forEach(one -> put(one.place(), out).putInt(one.attempts()).putLong(one.sinceMillis()));
        return out.array();
    }

    static SubscriptionState decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (in.get() != FORMAT) {
            throw new IllegalStateException("a subscription's state is not of format " + FORMAT);
        }
        long epoch = in.getLong();
        long filter = in.getLong();
        Position since = new Position(in.getLong(), in.getInt());
        long notBefore = in.getLong();
        long saved = in.getLong();
        FeedPlace reached = place(in);
        int count = in.getInt();
        List<FeedPlace> open = new ArrayList<>(count);
        while (open.size() < count) {
            open.add(place(in));
        }
        return new SubscriptionState(epoch, filter, since, notBefore, saved, reached, open, failed(in));
    }

    private static List<Failed> failed(ByteBuffer in) {
        int count = in.hasRemaining() ? in.getInt() : 0;
        List<Failed> failed = new ArrayList<>(count);
        while (failed.size() < count) {
            failed.add(new Failed(place(in), in.getInt(), in.getLong()));
        }
        return failed;
    }

    private static ByteBuffer put(FeedPlace place, ByteBuffer out) {
        return out.putLong(place.offset()).putInt(place.index());
    }

    private static FeedPlace place(ByteBuffer in) {
        return new FeedPlace(in.getLong(), in.getInt());
    }
}
