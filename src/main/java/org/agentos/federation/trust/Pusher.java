package org.agentos.federation.trust;

import java.util.Optional;
import org.agentos.federation.peer.Peer;

/**
 * Who pushes events, as far as it is known.
 *
 * @param name the stack_id proven or, where nothing is proven, claimed
 * @param peer its entry in the registry; absent for a name nobody configured
 * @param proven by certificate or token
 */
public record Pusher(Optional<String> name, Optional<Peer> peer, boolean proven) {

    /** The stack that becomes the holder of a run nobody forwarded; an unknown name never does. */
    public Optional<String> holderToBe() {
        return peer.map(Peer::stackId);
    }
}
