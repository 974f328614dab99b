package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.integer;

import java.util.List;

/** Settings of what the peers that hold runs are asked for them. */
public final class HolderKeys {
    private static final KeySection SECTION = new KeySection();

    public static final Key<Integer> PER_PEER = SECTION.key(
            "federation.holder.in-flight-per-peer",
            "16",
            integer(1, 1_000),
            "questions at one peer at once, and as many cancels");
    public static final Key<Integer> IN_FLIGHT = SECTION.key(
            "federation.holder.in-flight",
            "64",
            integer(1, 1_000),
            "questions at all peers at once, and as many cancels");
    public static final Key<Integer> STATE_TIMEOUT = SECTION.key(
            "federation.holder.state-timeout-ms",
            "2000",
            integer(1, 60_000),
            "for the answer to a question, then what is known is answered");
    public static final Key<Integer> STATE_FRESH = SECTION.key(
            "federation.holder.state-fresh-ms",
            "2000",
            integer(0, 600_000),
            "a younger answer is given again without a question");
    public static final Key<Integer> CANCEL_ATTEMPTS = SECTION.key(
            "federation.holder.cancel-attempts",
            "",
            integer(1, 100),
            "calls of one cancel in all; not set: as many as of a forward");
    public static final Key<Integer> CANCEL_DEADLINE = SECTION.key(
            "federation.holder.cancel-deadline-ms",
            "",
            integer(1, 600_000),
            "for all calls of one cancel; not set: as long as for a forward");

    private HolderKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
