package org.agentos.federation.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stacks this gateway knows: itself and its peers, as one registry file tells. Immutable. */
public final class PeerRegistry {
    private final PeerInfo local;
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final boolean configured;

    public PeerRegistry(PeerInfo local, List<Peer> peers, boolean configured) {
        this.local = local;
        this.configured = configured;
        for (Peer peer : peers) {
            this.peers.put(peer.stackId(), peer);
        }
    }

    /** This stack. */
    public PeerInfo local() {
        return local;
    }

    /** False when there is no registry file: the peer routes then answer 503. */
    public boolean configured() {
        return configured;
    }

    public Optional<Peer> find(String stackId) {
        return Optional.ofNullable(peers.get(stackId));
    }

    /** All peers, in the order of the file. */
    public List<Peer> peers() {
        return List.copyOf(peers.values());
    }
}
