package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The keys of the column family {@code meta}. */
final class MetaKeys {
    /** The version of this layout, 8 bytes. */
    static final byte[] FORMAT = name("format");
    /** The key of the hashes of event_ids, 16 bytes. */
    static final byte[] HASH_SECRET = name("hash_secret");
    /** See {@link EventLog#epoch}, 8 bytes. */
    static final byte[] EPOCH = name("epoch");
    /** See {@link CursorKeys}. */
    static final byte[] CURSOR_KEY = name("cursor_key");
    /** The number of the last group written, 8 bytes; part of every group. */
    static final byte[] GROUP = name("group");
    /** The number the next new run gets, 8 bytes; part of every group that has a new run. */
    static final byte[] NEXT_RUN = name("next_run");

    private static final byte[] HOUR = name("hour/");

    private MetaKeys() {}

    /** Of the first run number given in an hour since 1970, by which retention finds what is old. */
    static byte[] firstRunOfHour(long hour) {
        return ByteBuffer.allocate(HOUR.length + Long.BYTES)
                .put(HOUR)
                .putLong(hour)
                .array();
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
