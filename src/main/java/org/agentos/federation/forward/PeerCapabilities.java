package org.agentos.federation.forward;

import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.Peer;

/** What is known of the peers' abilities at the moment of choosing one; never waits. */
@FunctionalInterface
public interface PeerCapabilities {
    /** Knows nothing: what every peer must be able to do is assumed of each. */
    PeerCapabilities UNKNOWN = peer -> Optional.empty();

    /** Empty while the peer has not told, or has nowhere to be asked. */
    Optional<Known> of(Peer peer);

    /**
     * What a peer told.
     *
     * @param supports capability names; {@code runs.forward} and {@code runs_forward} are the same
     */
    record Known(Set<String> supports, Set<String> modelTiers) {
        /** Assumed of a peer that has not told. */
        static final Known ASSUMED = new Known(Set.of("runs_forward", "events_stream"), Set.of());
    }
}
