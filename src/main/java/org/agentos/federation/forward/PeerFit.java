package org.agentos.federation.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;

/** What of a selector a peer can satisfy, by its entry in the registry and what it says it can do. */
final class PeerFit {
    /** What a peer misses that speaks another version of the federation API. */
    private static final String PROTOCOL = "protocol:1";

    private final Function<Peer, Capabilities> capabilities;

    PeerFit(Function<Peer, Capabilities> capabilities) {
        this.capabilities = capabilities;
    }

    /** What the peer cannot satisfy, as the caller wrote it; runs_forward goes without asking. */
    List<String> missing(Peer peer, TargetSelector selector) {
        Capabilities known = capabilities.apply(peer);
        List<String> missing = new ArrayList<>();
        if (!known.supports("runs_forward")) {
            missing.add("runs_forward");
        }
        selector.requiredCapabilities().stream()
                .filter(name -> !known.supports(name) && !missing.contains(canonical(name)))
                .forEach(missing::add);
        if (!known.speaksOurProtocol()) {
            missing.add(PROTOCOL);
        }
        if (!peer.info().speaksOurVersion()) {
            missing.add("api_version:" + PeerInfo.API_VERSION);
        }
        selector.region()
                .filter(region -> !region.equals(peer.info().region()))
                .ifPresent(region -> missing.add("region:" + region));
        return missing;
    }

    /** All that a selector asks for: what is missing where there is no peer at all. */
    static List<String> asked(TargetSelector selector) {
        List<String> asked = new ArrayList<>(selector.requiredCapabilities());
        selector.region().ifPresent(region -> asked.add("region:" + region));
        return asked;
    }

    /** A peer that says nothing of keys is what the registry takes it for. */
    boolean honoursKeys(Peer peer) {
        return !capabilities.apply(peer).denies(Capabilities.IDEMPOTENCY_KEYS);
    }

    boolean hasPreferredTier(Peer peer, TargetSelector selector) {
        return selector.preferredModelTier()
                .map(capabilities.apply(peer).modelTiers()::contains)
                .orElse(true);
    }

    private static String canonical(String capability) {
        return capability.replace('.', '_');
    }
}
