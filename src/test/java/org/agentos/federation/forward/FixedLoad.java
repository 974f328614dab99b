package org.agentos.federation.forward;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerGuards;

/** A load of peers that a test writes down. */
final class FixedLoad implements PeerLoad {
    final Map<String, Integer> forwards = new HashMap<>();
    final Set<String> full = new HashSet<>();
    final Set<String> silent = new HashSet<>();
    private final PeerGuards guards;

    FixedLoad(PeerGuards guards) {
        this.guards = guards;
    }

    @Override
    public int of(Peer peer) {
        return forwards.getOrDefault(peer.stackId(), 0);
    }

    @Override
    public boolean isFull(Peer peer) {
        return full.contains(peer.stackId());
    }

    @Override
    public boolean isSilent(Peer peer) {
        return silent.contains(peer.stackId());
    }

    @Override
    public PeerBreaker breaker(Peer peer) {
        return guards.of(peer.stackId()).breaker();
    }
}
