package org.agentos.federation.forward.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The forwarded runs of one tenant, by id and in the order in which they were forwarded. */
final class TenantRuns {
    static final TenantRuns EMPTY = new TenantRuns();
    private final Map<String, Slot> byId = new HashMap<>();
    private final List<Slot> inOrder = new ArrayList<>();

    synchronized Optional<Slot> find(String runId) {
        return Optional.ofNullable(byId.get(runId));
    }

    /** False when the run was there already; it keeps its place and takes the new values. */
    synchronized boolean put(Slot slot) {
        Slot old = byId.put(slot.runId(), slot);
        slot.ordinal = old == null ? inOrder.size() : old.ordinal;
        if (old == null) {
            inOrder.add(slot);
        } else {
            inOrder.set(slot.ordinal, slot);
        }
        return old == null;
    }

    synchronized List<Slot> slice(int from, int limit) {
        int start = Math.min(from, inOrder.size());
        return List.copyOf(inOrder.subList(start, Math.min(inOrder.size(), start + limit)));
    }
}
