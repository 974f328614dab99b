package org.agentos.federation.peer;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Rate;

/**
 * A remote stack as the registry file configures it.
 *
 * @param baseUrl of its agent orchestrator (Stack A), without a trailing slash; the only place a caller's token may go
 * @param identities by which a certificate or token proves to be this peer, each in the form of {@link IdentityRule}
 * @param federationBaseUrl where its capabilities are asked for, without a trailing slash; absent = unknown
 * @param audience of tokens minted for this peer; absent = its stack_id
 * @param keysHonoured whether it runs an idempotency key at most once
 * @param replays whether its event stream starts where a cursor parameter asks
 * @param ownTokens by which keys tokens are verified that it issues itself; absent = none are taken
 */
public record Peer(
        PeerInfo info,
        URI baseUrl,
        List<String> identities,
        Optional<URI> federationBaseUrl,
        Policy policy,
        Redelivery redelivery,
        Limits limits,
        Quotas quotas,
        Mirror mirror,
        Token token,
        Optional<String> audience,
        boolean keysHonoured,
        boolean replays,
        Optional<PeerTokens> ownTokens) {

    /** A peer without limits, quotas, audience, replay and tokens of its own. */
    public Peer(
            PeerInfo info,
            URI baseUrl,
            List<String> identities,
            Optional<URI> federationBaseUrl,
            Policy policy,
            Redelivery redelivery,
            Mirror mirror,
            Token token,
            boolean keysHonoured) {
        this(
                info,
                baseUrl,
                identities,
                federationBaseUrl,
                policy,
                redelivery,
                Limits.NONE,
                Quotas.NONE,
                mirror,
                token,
                Optional.empty(),
                keysHonoured,
                false,
                Optional.empty());
    }

    public String stackId() {
        return info.stackId();
    }

    /** Whether event streams are read from another peer in the same way, as far as this entry and that say. */
    public boolean isReadLike(Peer other) {
        return baseUrl.equals(other.baseUrl)
                && token == other.token
                && audience.equals(other.audience)
                && mirror.equals(other.mirror)
                && replays == other.replays;
    }

    /** The peer, read from as soon as a run is there, whatever its entry says. */
    public Peer readEagerly() {
        return new Peer(
                info,
                baseUrl,
                identities,
                federationBaseUrl,
                policy,
                redelivery,
                limits,
                quotas,
                new Mirror(true, mirror.emptyTries, mirror.maxBackoffMs),
                token,
                audience,
                keysHonoured,
                replays,
                ownTokens);
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
        /** Of a peer that is there for no tenant. */
        public static final Policy NOTHING =
                new Policy(Allowance.NONE, Allowance.NONE, Allowance.NONE, Allowance.NONE, OptionalInt.empty(), false);
    }

    /**
     * What differs for this peer from the settings of all forwards.
     *
     * @param jitter share of a delay by which it varies either way, 0..1
     * @param statuses answers that are tried again, of 429 and 500..599, instead of the default ones
     */
    public record Redelivery(
            OptionalInt maxAttempts,
            OptionalInt baseBackoffMs,
            OptionalDouble multiplier,
            OptionalDouble jitter,
            OptionalInt maxBackoffMs,
            OptionalInt deadlineMs,
            Optional<Set<Integer>> statuses) {
        public static final Redelivery DEFAULT =
                new Redelivery(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

        public Redelivery(OptionalInt maxAttempts, OptionalInt baseBackoffMs, OptionalInt deadlineMs) {
            this(
                    maxAttempts,
                    baseBackoffMs,
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    deadlineMs,
                    Optional.empty());
        }
    }

    /**
     * Rates and concurrency; absent = not limited for this peer.
     *
     * @param rates of forwards to this peer, and of the events it pushes and their bytes
     * @param concurrentForwards to this peer
     * @param concurrentIngests pushes of this peer
     * @param streams connections of mirrors to it
     */
    public record Limits(
            Map<LimitKind, Rate> rates,
            OptionalInt concurrentForwards,
            OptionalInt concurrentIngests,
            OptionalInt streams) {
        public static final Limits NONE =
                new Limits(Map.of(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

        public Limits {
            rates = Map.copyOf(rates);
        }
    }

    /** What may be used up in a day, UTC; absent = no quota. */
    public record Quotas(Map<LimitKind, Long> perDay) {
        public static final Quotas NONE = new Quotas(Map.of());

        public Quotas {
            perDay = Map.copyOf(perDay);
        }
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
