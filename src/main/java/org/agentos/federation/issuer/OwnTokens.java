package org.agentos.federation.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.JwtSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens by which this gateway proves to a peer for whom it calls: JWTs of at most five minutes, for that peer alone. To
 * sign is dear, so a token is used again for the first half of its life, by calls for the same principal to the same peer:
 * its {@code jti} names the token, not the call. In memory only, bounded, never logged.
 */
public final class OwnTokens {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTokens.class);

    /** Many principals must not fill the memory; one that is pushed out costs a signature. */
    private static final int MAX_KEPT = 10_000;

    private static final int JTI_BYTES = 16;

    private final KeyRing keys;
    private final JwtSettings.Own settings;
    private final String stackId;
    private final Supplier<Optional<String>> certificate;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Cache<Use, Minted> kept =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).build();

    /**
     * What a token is good for.
     *
     * @param boundTo the certificate without which it proves nothing
     */
    private record Use(String audience, String tenantId, String principalId, Optional<String> boundTo) {}

    /** Not a record, whose text would hold the token. */
    private static final class Minted {
        private final String authorization;
        private final Instant usedFrom;
        private final Instant usedUntil;

        /** @param usedFrom which a clock that was ahead may have put into the future: peers would refuse it until then */
        Minted(String authorization, Instant usedFrom, Instant usedUntil) {
            this.authorization = authorization;
            this.usedFrom = usedFrom;
            this.usedUntil = usedUntil;
        }
    }

    /**
     * @param stackId of this stack
     * @param certificate the thumbprint ({@code x5t#S256}, RFC 8705) of the client certificate that peers are shown now
     */
    public OwnTokens(
            KeyRing keys,
            JwtSettings.Own settings,
            String stackId,
            Supplier<Optional<String>> certificate,
            InstantSource clock,
            RandomGenerator random) {
        this.keys = keys;
        this.settings = settings;
        this.stackId = stackId;
        this.certificate = certificate;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The Authorization header of a call for a tenant. May take a signature's time, and once the disk's.
     *
     * @param principalId absent: the stack itself
     */
    public String authorization(Peer peer, String tenantId, Optional<String> principalId) {
        return authorization(use(peer, peer.baseUrl(), tenantId, principalId));
    }

    /** The same if one is at hand, which takes no time. */
    public Optional<String> atHand(Peer peer, String tenantId, Optional<String> principalId) {
        return Optional.ofNullable(kept.getIfPresent(use(peer, peer.baseUrl(), tenantId, principalId)))
                .filter(this::isFresh)
                .map(minted -> minted.authorization);
    }

    /** The Authorization header of a question that this stack asks of the peer itself, for no tenant but its own name. */
    public String ofStack(Peer peer) {
        URI target = peer.federationBaseUrl().orElse(peer.baseUrl());
        return authorization(use(peer, target, stackPrincipal(), Optional.empty()));
    }

    private Use use(Peer peer, URI target, String tenantId, Optional<String> principalId) {
        boolean shown = target.getScheme().toLowerCase(Locale.ROOT).equals("https");
        return new Use(
                peer.audience().orElse(peer.stackId()),
                tenantId,
                principalId.orElseGet(this::stackPrincipal),
                shown ? certificate.get() : Optional.empty());
    }

    private String stackPrincipal() {
        return "stack:" + stackId;
    }

    private String authorization(Use use) {
        Minted known = kept.getIfPresent(use);
        if (known != null && isFresh(known)) {
            return known.authorization;
        }
        return kept.asMap().compute(use, (same, old) -> old != null && isFresh(old) ? old : mint(same)).authorization;
    }

    private boolean isFresh(Minted minted) {
        Instant now = clock.instant();
        return !now.isBefore(minted.usedFrom) && now.isBefore(minted.usedUntil);
    }

    private Minted mint(Use use) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer().orElse(stackId))
                .audience(use.audience)
                .subject(use.principalId)
                .claim("tenant_id", use.tenantId)
                .claim("principal_id", use.principalId)
                .claim("scope", String.join(" ", settings.scopes()))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.lifetime())))
                .jwtID(jti());
        use.boundTo.ifPresent(thumbprint -> claims.claim("cnf", Map.of("x5t#S256", thumbprint)));
        return new Minted(
                "Bearer " + key().sign(claims.build()),
                now.truncatedTo(ChronoUnit.SECONDS), // as the token tells it
                now.plus(settings.lifetime().dividedBy(2)));
    }

    private OwnKey key() {
        try {
            return keys.signing();
        } catch (UncheckedIOException e) {
            LOG.error("No token signed for a peer cause={}", e.toString());
            throw new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "no key for tokens can be kept");
        }
    }

    private String jti() {
        byte[] bytes = new byte[JTI_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
