package org.agentos.federation.peer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The stacks this gateway knows: itself and its peers, as the registry file told when it was last read. A reload puts a
 * new reading in the place of the old one, whole; who needs more than one answer of one reading asks once.
 */
public final class PeerRegistry {
    private final List<Consumer<PeerChange>> listeners = new CopyOnWriteArrayList<>();
    private volatile Reading now;

    /** What one reading of the file said; never changes. */
    private record Reading(
            PeerInfo local,
            Map<String, Peer> peers,
            Map<String, Set<String>> holders,
            Map<String, Peer> issuers,
            boolean configured) {
        static Reading of(PeerInfo local, List<Peer> all, boolean configured) {
            Map<String, Peer> peers = new LinkedHashMap<>();
            Map<String, Set<String>> holders = new HashMap<>();
            Map<String, Peer> issuers = new HashMap<>();
            for (Peer peer : all) {
                peers.put(peer.stackId(), peer);
                peer.identities().forEach(identity -> holders.computeIfAbsent(identity, any -> new HashSet<>())
                        .add(peer.stackId()));
                peer.ownTokens().ifPresent(own -> issuers.put(own.issuer(), peer));
            }
            return new Reading(local, peers, holders, issuers, configured);
        }
    }

    public PeerRegistry(PeerInfo local, List<Peer> peers, boolean configured) {
        this.now = Reading.of(local, peers, configured);
    }

    /** This stack. */
    public PeerInfo local() {
        return now.local;
    }

    /** False when there is no registry file: the peer routes then answer 503. */
    public boolean configured() {
        return now.configured;
    }

    public Optional<Peer> find(String stackId) {
        return Optional.ofNullable(now.peers.get(stackId));
    }

    /** All peers, in the order of the file. */
    public List<Peer> peers() {
        return List.copyOf(now.peers.values());
    }

    /** The stacks whose entries list any of these identities. */
    public Set<String> holdersOf(Set<String> identities) {
        Reading reading = now;
        Set<String> found = new HashSet<>();
        identities.forEach(identity -> found.addAll(reading.holders.getOrDefault(identity, Set.of())));
        return found;
    }

    /** The peer that issues tokens of its own under this name. */
    public Optional<Peer> ofIssuer(String issuer) {
        return Optional.ofNullable(now.issuers.get(issuer));
    }

    /** Calls back after each reload that changed anything, on the thread that reloads, once the new reading holds. */
    public void onChange(Consumer<PeerChange> listener) {
        listeners.add(listener);
    }

    /** What would change if another reading took the place of this one. */
    public PeerChange changeTo(PeerRegistry other) {
        return PeerChange.between(now.peers, other.now.peers);
    }

    /** Takes over another reading; requests from now on find that one. */
    public void become(PeerRegistry other) {
        PeerChange change = changeTo(other);
        now = other.now;
        listeners.forEach(listener -> listener.accept(change));
    }
}
