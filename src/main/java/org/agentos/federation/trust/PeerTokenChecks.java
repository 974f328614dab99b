package org.agentos.federation.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.IdentityRule;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;
import org.agentos.federation.settings.Profile;

/**
 * The rules for peers that issue tokens of their own, at the start and at each reload. One issuer has one place of keys:
 * otherwise whose keys are asked, and so who speaks for whom, would depend on more than the token says.
 */
public final class PeerTokenChecks {
    private final Decided decided;
    private final List<String> problems = new ArrayList<>();

    /**
     * What the settings say.
     *
     * @param keysForCallers whether AGENTOS_FED_JWT_PUBLIC_KEY is set
     * @param issuers of AGENTOS_FED_JWT_ISSUERS
     * @param ownIssuer by which this gateway issues tokens itself
     */
    public record Decided(Profile profile, boolean keysForCallers, Set<String> issuers, String ownIssuer) {}

    private PeerTokenChecks(Decided decided) {
        this.decided = decided;
    }

    /** Everything that forbids to run with this registry, or nothing. */
    public static List<String> problems(PeerRegistry registry, Decided decided) {
        PeerTokenChecks checks = new PeerTokenChecks(decided);
        registry.peers().forEach(peer -> peer.ownTokens().ifPresent(tokens -> checks.check(peer, tokens, registry)));
        return checks.problems;
    }

    private void check(Peer peer, PeerTokens tokens, PeerRegistry registry) {
        String of = "peer " + peer.stackId() + " in AGENTOS_PEERS_FILE";
        refuse(
                !decided.keysForCallers(),
                "AGENTOS_FED_JWT_PUBLIC_KEY is missing: tokens of " + of + " are verified only where all are");
        refuse(
                decided.issuers().contains(tokens.issuer()),
                "AGENTOS_FED_JWT_ISSUERS must not name " + tokens.issuer() + ", the tokens.issuer of " + of
                        + ": its keys alone verify those tokens");
        refuse(
                decided.ownIssuer().equals(tokens.issuer()),
                of + " has the tokens.issuer " + tokens.issuer() + ", by which this gateway issues tokens itself");
        refuse(
                decided.profile() == Profile.PROD && TokenKeys.isExposed(tokens.keys()),
                of + " must have an https URL as tokens.keys: AGENTOS_PROFILE=prod trusts no keys that can be"
                        + " swapped on the way");
        unfit(tokens).ifPresent(why -> problems.add(of + " names as tokens.keys " + tokens.keys() + ", which " + why));
        registry.peers().stream()
                .filter(other -> !other.stackId().equals(peer.stackId()))
                .filter(other -> namesIssuer(other, tokens.issuer()))
                .forEach(other -> problems.add(
                        "peer " + other.stackId() + " in AGENTOS_PEERS_FILE has an identity of the" + " issuer "
                                + tokens.issuer() + ", whose tokens prove peer " + peer.stackId() + " alone"));
    }

    private static Optional<String> unfit(PeerTokens tokens) {
        try {
            tokens.content().ifPresent(FixedKeys::parse);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static boolean namesIssuer(Peer peer, String issuer) {
        String issued = IdentityRule.TOKEN + issuer;
        return peer.identities().stream()
                .anyMatch(identity -> identity.lastIndexOf('#') == issued.length() && identity.startsWith(issued));
    }

    private void refuse(boolean wrong, String problem) {
        if (wrong) {
            problems.add(problem);
        }
    }
}
