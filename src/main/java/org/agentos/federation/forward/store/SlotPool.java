package org.agentos.federation.forward.store;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes slots that share equal parts. */
final class SlotPool {
    /** Parts worth sharing are few; principals made up by the million must not fill this table as well. */
    private static final int MAX_SHARED = 10_000;

    private final Map<Object, Object> shared = new ConcurrentHashMap<>();

    Slot slot(ForwardEntry entry, Optional<Digest128> scope) {
        Slot.Who who = share(new Slot.Who(entry.principalId(), entry.agentId()));
        return new Slot(entry, share(place(entry)), who, share(entry.state()), scope.orElse(null));
    }

    private static Slot.Place place(ForwardEntry entry) {
        String url = entry.remoteEventsUrl();
        int at = url.lastIndexOf(entry.runId());
        if (at < 0) {
            return new Slot.Place(entry.remoteStackId(), url, null);
        }
        String suffix = url.substring(at + entry.runId().length());
        return new Slot.Place(entry.remoteStackId(), url.substring(0, at), suffix);
    }

    @SuppressWarnings("unchecked") // the map holds each part under itself
    <T> T share(T part) {
        Object known = shared.get(part);
        if (known == null && shared.size() < MAX_SHARED) {
            known = shared.putIfAbsent(part, part);
        }
        return known == null ? part : (T) known;
    }
}
