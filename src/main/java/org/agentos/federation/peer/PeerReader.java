package org.agentos.federation.peer;

import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Rate;

/** Reads what an operator says about a peer: its description of itself and the members this gateway adds. */
final class PeerReader {
    private static final int MAX_ATTEMPTS = 100;
    private static final int MAX_MILLIS = 600_000;
    private static final int MAX_EVENT_BYTES = 1 << 24;
    private static final int MAX_COUNT = 1_000_000;
    private static final int MAX_BYTES = 1_000_000_000;
    private static final double MAX_MULTIPLIER = 10;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Map<String, Peer.Token> TOKENS =
            Map.of("caller", Peer.Token.CALLER, "own", Peer.Token.OWN, "none", Peer.Token.NONE);

    private final Peer.Policy absentPolicy;
    private final Peer.Token absentToken;
    private final PeerTokensReader tokens;

    /**
     * @param absentPolicy what a peer may do whose entry has no {@code policy}
     * @param absentToken whose token goes to a peer whose entry does not say
     * @param tokens reads how tokens of the peer are verified
     */
    PeerReader(Peer.Policy absentPolicy, Peer.Token absentToken, PeerTokensReader tokens) {
        this.absentPolicy = absentPolicy;
        this.absentToken = absentToken;
        this.tokens = tokens;
    }

    /** The peer; empty when it has no usable id or base URL, which is then among the problems. */
    Optional<Peer> read(FileObject entry) {
        entry.require("stack_id");
        entry.require("endpoints");
        PeerInfo info = StackReader.read(entry, true);
        Optional<URI> baseUrl = baseUrl(info);
        List<String> identities =
                entry.list("identity", IdentityRule::normalised).orElse(List.of());
        Optional<URI> federationBaseUrl = entry.url("federation_base_url");
        Peer.Policy policy = entry.object("policy").map(PeerReader::policy).orElse(absentPolicy);
        Peer.Redelivery redelivery =
                entry.object("redelivery").map(PeerReader::redelivery).orElse(Peer.Redelivery.DEFAULT);
        Peer.Limits limits = entry.object("limits").map(PeerReader::limits).orElse(Peer.Limits.NONE);
        Peer.Quotas quotas = entry.object("quotas").map(PeerReader::quotas).orElse(Peer.Quotas.NONE);
        Peer.Mirror mirror = entry.object("mirror").map(PeerReader::mirror).orElse(Peer.Mirror.DEFAULT);
        Auth auth = entry.object("auth").map(this::auth).orElse(new Auth(absentToken, Optional.empty()));
        Assumed assumed = entry.object("assume").map(PeerReader::assumed).orElse(Assumed.DEFAULT);
        Optional<PeerTokens> ownTokens = entry.object("tokens").flatMap(read -> tokens.read(entry, read));
        requireOwnIssuer(entry, identities, ownTokens);
        entry.reportUnknown();
        return info.stackId() == null
                ? Optional.empty()
                : baseUrl.map(url -> new Peer(
                        info,
                        url,
                        identities,
                        federationBaseUrl,
                        policy,
                        redelivery,
                        limits,
                        quotas,
                        mirror,
                        auth.token(),
                        auth.audience(),
                        assumed.keysHonoured(),
                        assumed.replays(),
                        ownTokens));
    }

    /** Of an issuer who serves others too, any token must not prove a peer: it would make each of its users one. */
    private static void requireOwnIssuer(FileObject entry, List<String> identities, Optional<PeerTokens> ownTokens) {
        identities.stream()
                .filter(identity -> identity.startsWith(IdentityRule.TOKEN))
                .filter(identity -> identity.endsWith(IdentityRule.ANY_SUBJECT))
                .filter(identity ->
                        ownTokens.filter(own -> own.isAnySubject(identity)).isEmpty())
                .forEach(identity -> entry.problem(
                        "identity", "\"" + identity + "\" may end with #* only for the issuer in tokens.issuer"));
    }

    /** An endpoint that is no URL has been reported by its reader. */
    private static Optional<URI> baseUrl(PeerInfo info) {
        return Optional.ofNullable(info.endpoints())
                .map(PeerInfo.Endpoints::agentOrchestratorBaseUrl)
                .map(URI::create);
    }

    private static Peer.Policy policy(FileObject policy) {
        Peer.Policy read = new Peer.Policy(
                policy.list("directions", PeerReader::direction)
                        .map(Allowance::new)
                        .orElse(Allowance.ALL),
                names(policy, "tenants"),
                names(policy, "agents"),
                names(policy, "event_types"),
                policy.integer("max_event_bytes", 1, MAX_EVENT_BYTES),
                policy.flag("dry_run", false));
        policy.reportUnknown();
        return read;
    }

    private static Allowance names(FileObject policy, String member) {
        return policy.list(member, PeerReader::pattern).map(Allowance::new).orElse(Allowance.ALL);
    }

    private static String direction(String text) {
        if (!Set.of("forward", "ingest", "*").contains(text)) {
            throw new IllegalArgumentException("must be forward, ingest or *");
        }
        return text;
    }

    private static String pattern(String text) {
        int star = text.indexOf('*');
        if (star >= 0 && star < text.length() - 1) {
            throw new IllegalArgumentException("may have a * at its end only");
        }
        return text;
    }

    private static Peer.Redelivery redelivery(FileObject redelivery) {
        Peer.Redelivery read = new Peer.Redelivery(
                redelivery.integer("max_attempts", 1, MAX_ATTEMPTS),
                redelivery.integer("base_backoff_ms", 1, MAX_MILLIS),
                redelivery.decimal("multiplier", 1, MAX_MULTIPLIER),
                redelivery.decimal("jitter", 0, 1),
                redelivery.integer("max_backoff_ms", 1, MAX_MILLIS),
                redelivery.integer("deadline_ms", 1, MAX_MILLIS),
                redelivery.integers("statuses").map(statuses -> retried(redelivery, statuses)));
        redelivery.reportUnknown();
        return read;
    }

    private static Set<Integer> retried(FileObject redelivery, List<Integer> statuses) {
        statuses.stream()
                .filter(status -> status != TOO_MANY_REQUESTS && (status < 500 || status > 599))
                .forEach(status -> redelivery.problem(
                        "statuses", "must be 429 or 500 to 599, is " + status + ": another refusal is never repeated"));
        return Set.copyOf(new TreeSet<>(statuses));
    }

    private static Peer.Limits limits(FileObject limits) {
        Map<LimitKind, Rate> rates = new EnumMap<>(LimitKind.class);
        OptionalDouble forwards = limits.decimal("forwards_per_second", 0, MAX_COUNT);
        OptionalLong forwardBurst = limits.whole("forward_burst", 1, MAX_COUNT);
        rate(limits, LimitKind.FORWARDS, forwards, forwardBurst).ifPresent(rate -> rates.put(LimitKind.FORWARDS, rate));
        OptionalDouble events = limits.decimal("events_per_second", 0, MAX_COUNT);
        OptionalLong eventBurst = limits.whole("event_burst", 1, MAX_COUNT);
        rate(limits, LimitKind.EVENTS, events, eventBurst).ifPresent(rate -> rates.put(LimitKind.EVENTS, rate));
        OptionalDouble bytes = limits.decimal("bytes_per_second", 0, MAX_BYTES);
        OptionalLong byteBurst = limits.whole("byte_burst", 1, MAX_BYTES);
        rate(limits, LimitKind.BYTES, bytes, byteBurst).ifPresent(rate -> rates.put(LimitKind.BYTES, rate));
        Peer.Limits read = new Peer.Limits(
                rates,
                limits.integer("concurrent_forwards", 0, MAX_COUNT),
                limits.integer("concurrent_ingests", 0, MAX_COUNT),
                limits.integer("streams", 0, MAX_COUNT));
        limits.reportUnknown();
        return read;
    }

    private static Optional<Rate> rate(
            FileObject limits, LimitKind kind, OptionalDouble perSecond, OptionalLong burst) {
        if (perSecond.isPresent()) {
            return Optional.of(Rate.of(perSecond.getAsDouble(), burst));
        }
        if (burst.isPresent()) {
            limits.problem(kind.singular() + "_burst", "limits nothing without " + kind.plural() + "_per_second");
        }
        return Optional.empty();
    }

    private static Peer.Quotas quotas(FileObject quotas) {
        Map<LimitKind, Long> perDay = new EnumMap<>(LimitKind.class);
        quotas.whole("forwards_per_day", 0, Long.MAX_VALUE).ifPresent(most -> perDay.put(LimitKind.FORWARDS, most));
        quotas.whole("events_per_day", 0, Long.MAX_VALUE).ifPresent(most -> perDay.put(LimitKind.EVENTS, most));
        quotas.whole("stored_bytes", 0, Long.MAX_VALUE).ifPresent(most -> perDay.put(LimitKind.BYTES, most));
        quotas.reportUnknown();
        return new Peer.Quotas(perDay);
    }

    private static Peer.Mirror mirror(FileObject mirror) {
        Peer.Mirror read = new Peer.Mirror(
                mirror.choice("mode", Map.of("eager", true, "on-demand", false), true),
                mirror.integer("empty_tries", 1, MAX_COUNT),
                mirror.integer("max_backoff_ms", 1, MAX_MILLIS));
        mirror.reportUnknown();
        return read;
    }

    private Auth auth(FileObject auth) {
        Auth read = new Auth(auth.choice("token", TOKENS, absentToken), auth.text("audience"));
        auth.reportUnknown();
        return read;
    }

    private static Assumed assumed(FileObject assume) {
        Assumed read = new Assumed(assume.flag("idempotency_keys", true), assume.flag("replay", false));
        assume.reportUnknown();
        return read;
    }

    private record Auth(Peer.Token token, Optional<String> audience) {}

    private record Assumed(boolean keysHonoured, boolean replays) {
        static final Assumed DEFAULT = new Assumed(true, false);
    }
}
