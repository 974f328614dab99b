package org.agentos.federation.forward.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.agentos.federation.forward.store.UnknownForward.Place;

/**
 * The keys of unknown outcome, oldest first, and how many of them each peer has. A key's time and peer change only while it
 * is not in here. {@link ForwardKeys} guards it.
 */
final class UnknownKeys {
    private final TreeMap<Place, ForwardKey> keys = new TreeMap<>();
    private final Map<String, Integer> byPeer = new HashMap<>();

    void add(ForwardKey key) {
        if (keys.put(place(key), key) == null) {
            byPeer.merge(key.stackId, 1, Integer::sum);
        }
    }

    /** Takes a key out and tells whether it was in here. */
    boolean remove(ForwardKey key) {
        boolean removed = keys.remove(place(key), key);
        if (removed) {
            byPeer.merge(key.stackId, -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
        return removed;
    }

    int at(String stackId) {
        return byPeer.getOrDefault(stackId, 0);
    }

    /** Those behind a place that are wanted. */
    List<ForwardKey> page(Place after, Predicate<ForwardKey> wanted, int limit) {
        return keys.tailMap(after, false).values().stream()
                .filter(wanted)
                .limit(limit)
                .toList();
    }

    private static Place place(ForwardKey key) {
        return new Place(key.at, key.scope);
    }
}
