package org.agentos.federation.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;

/** What of a selector a peer can satisfy, by its entry in the registry and what it says it can do. */
final class PeerFit {
    /** Of the run API that forwards call, as it stands in their URLs; registries write 1.0 too. */
    private static final String API_VERSION = "v1";

    private static final Pattern OUR_VERSION = Pattern.compile("v?1(\\.[0-9.]+)?");

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
        if (!speaksOurVersion(peer)) {
            missing.add("api_version:" + API_VERSION);
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

    boolean hasPreferredTier(Peer peer, TargetSelector selector) {
        return selector.preferredModelTier()
                .map(capabilities.apply(peer).modelTiers()::contains)
                .orElse(true);
    }

    /** A peer whose entry lists no versions is taken at its word when it answers. */
    private static boolean speaksOurVersion(Peer peer) {
        List<String> versions = peer.info().apiVersions();
        return versions == null
                || versions.isEmpty()
                || versions.stream()
                        .anyMatch(version -> OUR_VERSION.matcher(version).matches());
    }

    private static String canonical(String capability) {
        return capability.replace('.', '_');
    }
}
