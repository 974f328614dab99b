package org.agentos.federation.trust;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;

/** Peers for tests. */
public final class TestPeers {
    /** Where no peer issues tokens. */
    public static final PeerKeys NO_KEYS = new PeerKeys(registry(), HttpClient::newHttpClient, () -> TestTokens.NOW);

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

    /** A peer that issues tokens under its own name, by a key that stands in a file. */
    static Peer issuing(String stackId, Peer.Policy policy, PublicKey key, String... identities) {
        return issuing(peer(stackId, policy, identities), stackId, key);
    }

    /** The same peer, issuing tokens. */
    static Peer issuing(Peer peer, String issuer, PublicKey key) {
        return issuing(peer, new PeerTokens(issuer, "key.pem", Optional.of(TestTokens.pem(key))));
    }

    static Peer issuing(Peer peer, PeerTokens tokens) {
        return new Peer(
                peer.info(),
                peer.baseUrl(),
                peer.identities(),
                peer.federationBaseUrl(),
                peer.policy(),
                peer.redelivery(),
                peer.limits(),
                peer.quotas(),
                peer.mirror(),
                peer.token(),
                peer.audience(),
                peer.keysHonoured(),
                peer.replays(),
                Optional.of(tokens));
    }

    static Peer.Policy forTenants(String... patterns) {
        return new Peer.Policy(
                Allowance.ALL,
                new Allowance(List.of(patterns)),
                Allowance.ALL,
                Allowance.ALL,
                OptionalInt.empty(),
                false);
    }

    private static PeerInfo info(String stackId) {
        return new PeerInfo(stackId, null, null, null, null, null);
    }
}
