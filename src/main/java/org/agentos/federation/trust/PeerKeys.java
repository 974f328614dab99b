package org.agentos.federation.trust;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;

/**
 * The keys of peers that issue tokens of their own, each for the tokens of one issuer. Who is an issuer the registry says
 * anew for each token; keys of an entry that has not changed outlive a reload. May be used from any thread.
 */
public final class PeerKeys {
    /** All peers together: one whose keys cannot be fetched must not hold all worker threads. */
    private static final int MAX_WAITING = 8;

    private final PeerRegistry registry;
    private final Supplier<HttpClient> http;
    private final InstantSource clock;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Map<PeerTokens, KeySource> open = new ConcurrentHashMap<>();

    /**
     * Fetches nothing before {@link #begin} or the first token.
     *
     * @param registry whose files of keys were found fit, at each reading
     * @param http as peers are called, following no redirects; asked for each fetch
     */
    public PeerKeys(PeerRegistry registry, Supplier<HttpClient> http, InstantSource clock) {
        this.registry = registry;
        this.http = http;
        this.clock = clock;
        registry.onChange(change -> begin());
    }

    /** Begins to fetch the keys of all peers there are, and forgets all others. */
    public void begin() {
        Set<PeerTokens> wanted = registry.peers().stream()
                .flatMap(peer -> peer.ownTokens().stream())
                .collect(Collectors.toSet());
        open.keySet().retainAll(wanted);
        wanted.forEach(this::source);
    }

    /** The peer that alone may have issued a token which says this. */
    Optional<Peer> issuerOf(JWTClaimsSet claims) {
        return Optional.ofNullable(claims.getIssuer()).flatMap(registry::ofIssuer);
    }

    /** @param issuer with tokens of its own */
    KeySource keysOf(Peer issuer) {
        return source(issuer.ownTokens().orElseThrow());
    }

    String localStackId() {
        return registry.local().stackId();
    }

    private KeySource source(PeerTokens tokens) {
        return open.computeIfAbsent(tokens, wanted -> TokenKeys.open(wanted, http, clock, waiting));
    }
}
