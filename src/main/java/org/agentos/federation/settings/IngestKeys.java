package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.integer;

import java.util.List;

/** Settings of taking events in. */
public final class IngestKeys {
    private static final KeySection SECTION = new KeySection();

    public static final Key<Integer> MAX_BATCH =
            SECTION.key("federation.ingest.max-batch-events", "5000", integer(1, 100_000), "events in one request");
    public static final Key<Integer> MAX_EVENT =
            SECTION.key("federation.ingest.max-event-bytes", "262144", integer(256, 16 << 20), "bytes of one event");
    public static final Key<Integer> RECENT_IDS = SECTION.key(
            "federation.ingest.recent-ids", "200000", integer(1000, 10_000_000), "event ids seen lately, in memory");

    private IngestKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
