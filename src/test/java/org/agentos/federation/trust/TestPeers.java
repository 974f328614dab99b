package org.agentos.federation.trust;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.peer.PeerRegistry;

/** Peers for tests. */
final class TestPeers {
    private TestPeers() {}

    static PeerRegistry registry(Peer... peers) {
        return new PeerRegistry(info("stk_own"), List.of(peers), true);
    }

    static Peer peer(String stackId, String... identities) {
        return peer(stackId, Peer.Policy.UNRESTRICTED, identities);
    }

    static Peer peer(String stackId, Peer.Policy policy, String... identities) {
        return peer(stackId, policy, Peer.Token.CALLER, identities);
    }

    static Peer peer(String stackId, Peer.Policy policy, Peer.Token token, String... identities) {
        return new Peer(
                info(stackId),
                URI.create("https://" + stackId.replace('_', '-') + ".example"),
                List.of(identities),
                Optional.empty(),
                policy,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                token,
                true);
    }

    private static PeerInfo info(String stackId) {
        return new PeerInfo(stackId, null, null, null, null, null);
    }
}
