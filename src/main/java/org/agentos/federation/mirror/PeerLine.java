package org.agentos.federation.mirror;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.agentos.federation.mirror.UpstreamSlots.Slot;

/** One peer's runs with an upstream, or waiting for one. Guarded by the slots. */
final class PeerLine {
    final ConnectRate rate;
    final Set<Slot> waiting = new LinkedHashSet<>();
    int connecting;
    int open;

    PeerLine(ConnectRate rate) {
        this.rate = rate;
    }

    /** Whether a run waits that the peer's limits leave room for. */
    boolean hasNext(int maxConnecting) {
        return connecting < maxConnecting
                && !waiting.isEmpty()
                && open < waiting.iterator().next().mostOpenAtPeer();
    }

    /** Takes the run that has waited longest. */
    Slot takeNext() {
        Iterator<Slot> first = waiting.iterator();
        Slot slot = first.next();
        first.remove();
        connecting++;
        open++;
        rate.take();
        return slot;
    }
}
