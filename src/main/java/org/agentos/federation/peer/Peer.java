package org.agentos.federation.peer;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A remote stack as the registry file configures it.
 *
 * @param baseUrl of its agent orchestrator (Stack A), without a trailing slash; the only place a caller's token may go
 * @param identities by which a certificate or token proves to be this peer
 * @param federationBaseUrl where its capabilities are asked for; absent = unknown
 */
public record Peer(
        PeerInfo info,
        URI baseUrl,
        List<String> identities,
        Optional<URI> federationBaseUrl,
        Policy policy,
        Redelivery redelivery,
        Mirror mirror,
        Token token,
        boolean keysHonoured) {

    public String stackId() {
        return info.stackId();
    }

    /** What a peer may do; see {@link Allowance} for what absent and empty mean. */
    public record Policy(
            Allowance directions,
            Allowance tenants,
            Allowance agents,
            Allowance eventTypes,
            OptionalInt maxEventBytes,
            boolean dryRun) {
        public static final Policy UNRESTRICTED =
                new Policy(Allowance.ALL, Allowance.ALL, Allowance.ALL, Allowance.ALL, OptionalInt.empty(), false);
        public static final Policy NOTHING =
                new Policy(Allowance.NONE, Allowance.ALL, Allowance.ALL, Allowance.ALL, OptionalInt.empty(), false);
    }

    /** What differs for this peer from the settings of all forwards. */
    public record Redelivery(OptionalInt maxAttempts, OptionalInt baseBackoffMs, OptionalInt deadlineMs) {
        public static final Redelivery DEFAULT =
                new Redelivery(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /** How its event streams are read. */
    public record Mirror(boolean eager, OptionalInt emptyTries, OptionalInt maxBackoffMs) {
        public static final Mirror DEFAULT = new Mirror(true, OptionalInt.empty(), OptionalInt.empty());
    }

    /** Whose token goes to this peer. */
    public enum Token {
        CALLER,
        OWN,
        NONE
    }
}
