package org.agentos.federation.forward;

import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.peer.PeerGuards;

/** How peers are at the moment: what spreads forwards among them and keeps forwards from those that cannot take any. */
public interface PeerLoad {
    /** Forwards there and waiting to get there. */
    int of(Peer peer);

    /** Whether a forward would have to wait for its place. */
    boolean isFull(Peer peer);

    /** Whether it did not answer when it was last asked for its capabilities, though it can be asked. */
    boolean isSilent(Peer peer);

    /** Its breaker. */
    PeerBreaker breaker(Peer peer);

    /** How the peers of this gateway are. */
    static PeerLoad of(ForwardsInFlight inFlight, PeerCapabilities capabilities, PeerGuards guards) {
        return new PeerLoad() {
            @Override
            public int of(Peer peer) {
                return inFlight.at(peer.stackId()) + inFlight.waitingFor(peer.stackId());
            }

            @Override
            public boolean isFull(Peer peer) {
                return inFlight.isFull(peer);
            }

            @Override
            public boolean isSilent(Peer peer) {
                return capabilities.isSilent(peer);
            }

            @Override
            public PeerBreaker breaker(Peer peer) {
                return guards.of(peer.stackId()).breaker();
            }
        };
    }
}
