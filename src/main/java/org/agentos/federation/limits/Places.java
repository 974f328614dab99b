package org.agentos.federation.limits;

import java.util.HashMap;
import java.util.Map;

/** Counts what is under way by the name of whose it is; a name with nothing under way is not kept. Thread-safe. */
final class Places {
    private final Map<String, Integer> taken = new HashMap<>();

    synchronized boolean take(String name, int most) {
        int now = taken.getOrDefault(name, 0);
        if (now >= most) {
            return false;
        }
        taken.put(name, now + 1);
        return true;
    }

    synchronized void leave(String name) {
        taken.computeIfPresent(name, (any, count) -> count == 1 ? null : count - 1);
    }

    synchronized int taken(String name) {
        return taken.getOrDefault(name, 0);
    }
}
