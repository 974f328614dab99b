package org.agentos.federation.eventlog.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;

/**
 * Whose runs are that forwards have named lately and of which there is no event yet. It matters to events that were judged
 * before the forward's answer came and are still on their way, so the eldest names may go. Used by the writing thread alone.
 */
final class NamedHolders {
    /** Some ten seconds of forwards; a name takes some 200 bytes. */
    static final int MAX_NAMES = 50_000;

    private final Map<RunKey, String> names = new LinkedHashMap<>();

    void note(RunKey run, String holder) {
        names.remove(run);
        names.put(run, holder);
        if (names.size() > MAX_NAMES) {
            names.remove(names.keySet().iterator().next());
        }
    }

    Optional<String> find(RunKey run) {
        return Optional.ofNullable(names.get(run));
    }
}
