package org.agentos.federation.eventlog.store;

import java.nio.charset.StandardCharsets;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventLog;

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

    private MetaKeys() {}

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
