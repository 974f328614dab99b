package org.agentos.federation.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.IdentityRule;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.Profile;

/**
 * The rules between settings without which the gateway would be open: those of the prod profile and those that hold
 * everywhere. Each problem names the variable at fault and the one that demands it.
 */
public final class StartupChecks {
    private static final String JWT_KEY = "AGENTOS_FED_JWT_PUBLIC_KEY";
    private static final String PROD = "AGENTOS_PROFILE=prod";

    private StartupChecks() {}

    /**
     * What an operator decided about trust.
     *
     * @param jwtPublicKey the text of AGENTOS_FED_JWT_PUBLIC_KEY
     * @param peersFileNamed whether AGENTOS_PEERS_FILE (or its property) was set, rather than left at its default
     * @param clientCertificatesRequired whether the listener asks for them (AGENTOS_FED_REQUIRE_MTLS)
     */
    public record Decided(
            Profile profile,
            Optional<String> jwtPublicKey,
            boolean metricsRequireAuth,
            boolean peersFileNamed,
            Optional<String> defaultTenant,
            boolean clientCertificatesRequired,
            PeerRegistry registry) {}

    /** Everything that forbids the start, or nothing. */
    public static List<String> problems(Decided decided) {
        List<String> problems = new ArrayList<>();
        everywhere(decided, problems);
        if (decided.profile() == Profile.PROD) {
            inProd(decided, problems);
        }
        return problems;
    }

    private static void everywhere(Decided decided, List<String> problems) {
        if (decided.metricsRequireAuth() && decided.jwtPublicKey().isEmpty()) {
            problems.add(JWT_KEY + " is missing: AGENTOS_METRICS_REQUIRE_AUTH=1 needs it");
        }
    }

    private static void inProd(Decided decided, List<String> problems) {
        if (decided.jwtPublicKey().isEmpty()) {
            problems.add(JWT_KEY + " is missing: " + PROD + " needs it");
        }
        if (decided.jwtPublicKey().filter(TokenKeys::isExposed).isPresent()) {
            problems.add(JWT_KEY + " must be an https URL: " + PROD + " trusts no keys that can be swapped on the way");
        }
        if (!decided.metricsRequireAuth()) {
            problems.add("AGENTOS_METRICS_REQUIRE_AUTH must be 1: " + PROD + " needs it");
        }
        if (!decided.peersFileNamed()) {
            problems.add("AGENTOS_PEERS_FILE is missing: " + PROD + " needs it");
        }
        if (decided.defaultTenant().isPresent()) {
            problems.add("AGENTOS_DEFAULT_TENANT must not be set: " + PROD + " forbids it");
        }
        decided.registry().peers().stream()
                .filter(peer -> peer.policy().directions().allows("ingest"))
                .filter(peer -> !decided.clientCertificatesRequired() && !hasTokenIdentity(peer))
                .forEach(peer -> problems.add("AGENTOS_FED_REQUIRE_MTLS must be true, or peer " + peer.stackId()
                        + " in AGENTOS_PEERS_FILE needs a jwt: identity: " + PROD
                        + " lets it ingest only when it can prove itself"));
    }

    private static boolean hasTokenIdentity(Peer peer) {
        return peer.identities().stream().anyMatch(identity -> identity.startsWith(IdentityRule.TOKEN));
    }
}
