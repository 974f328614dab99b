package org.agentos.federation.peer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a reload changes about the peers: stack ids, each in one of the sets, in their own order.
 *
 * @param changed whose entries differ in any member
 */
public record PeerChange(Set<String> added, Set<String> removed, Set<String> changed) {
    static PeerChange between(Map<String, Peer> before, Map<String, Peer> after) {
        Set<String> added = new TreeSet<>(after.keySet());
        added.removeAll(before.keySet());
        Set<String> removed = new TreeSet<>(before.keySet());
        removed.removeAll(after.keySet());
        Set<String> changed = new TreeSet<>(after.keySet());
        changed.removeIf(stackId -> Optional.ofNullable(before.get(stackId))
                .filter(peer -> !peer.equals(after.get(stackId)))
                .isEmpty());
        return new PeerChange(added, removed, changed);
    }

    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /** Whether this peer is one whose entry is another now, or gone, or new. */
    public boolean concerns(String stackId) {
        return added.contains(stackId) || removed.contains(stackId) || changed.contains(stackId);
    }

    /** As an operator reads it. */
    public List<String> lines() {
        return List.of(
                "peers added: " + names(added), "peers removed: " + names(removed), "peers changed: " + names(changed));
    }

    private static String names(Set<String> stackIds) {
        return stackIds.isEmpty() ? "none" : String.join(", ", stackIds);
    }
}
