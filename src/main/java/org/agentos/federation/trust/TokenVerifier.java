package org.agentos.federation.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.hash.Hashing;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.peer.Peer;

/**
 * Verifies bearer tokens: JWTs in compact form (RFC 7519), with the precautions of RFC 8725. The algorithm must be one
 * the key is good for; {@code none}, HMAC and any {@code crit} are refused; {@code jku}, {@code jwk} and {@code x5u} are
 * never looked at. Every refusal is a 401 with the challenge of RFC 6750.
 *
 * <p>A signature costs up to a millisecond of CPU to verify, so a good token is remembered for a short while: its hash,
 * never its text. Its times, and whose keys count for its issuer, are looked at every time.
 *
 * <p>Whose keys verify a token is settled by its {@code iss} before they are looked at: a peer's own keys verify the tokens
 * of that peer and no others.
 */
public final class TokenVerifier {
    /** Keeps a hostile caller from having large headers decoded and parsed again and again. */
    private static final int MAX_LENGTH = 16_384;

    /** How much longer than its key a token may live. */
    static final Duration REMEMBERED_FOR = Duration.ofSeconds(30);

    /** Bounds the memory that callers with many good tokens can fill. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final Set<JOSEObjectType> TYPES =
            Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    private final KeySource keys;
    private final PeerKeys peers;
    private final TokenRules rules;
    private final InstantSource clock;
    private final Cache<String, Signed> remembered;

    /**
     * What was found to be signed, by the keys of a peer or, where none is there, by the others.
     *
     * @param origin of those others
     */
    private record Signed(JWTClaimsSet claims, Optional<Peer> issuer, Object origin, Instant at) {
        boolean isByKeysOf(Optional<Peer> other) {
            return issuer.flatMap(Peer::ownTokens).equals(other.flatMap(Peer::ownTokens));
        }

        /** A time to come is that of a clock which was ahead. */
        boolean isRecent(Instant now) {
            return Duration.between(at, now).abs().compareTo(REMEMBERED_FOR) < 0;
        }

        Signed of(Optional<Peer> samePeer) {
            return new Signed(claims, samePeer, origin, at);
        }
    }

    /** @param keys for all issuers but the {@code peers} */
    public TokenVerifier(KeySource keys, PeerKeys peers, TokenRules rules, InstantSource clock) {
        this.keys = keys;
        this.peers = peers;
        this.rules = rules;
        this.clock = clock;
        this.remembered = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(REMEMBERED_FOR)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** Begins to fetch the keys of peers, so that their first tokens need not wait. */
    public void begin() {
        peers.begin();
    }

    /**
     * Reads a token once its signature and its times are found good.
     *
     * @throws org.agentos.federation.error.FederationException {@code unauthorized}, or {@code unavailable} without keys
     */
    public VerifiedToken verify(String token) {
        if (token.length() > MAX_LENGTH) {
            throw Refusals.invalidToken("the token is too long");
        }
        String hash = Hashing.sha256().hashString(token, StandardCharsets.UTF_8).toString();
        Optional<Signed> known = known(hash);
        Signed signed = known.orElseGet(() -> signed(token));
        VerifiedToken read = TokenClaims.read(signed.claims(), requireTimes(signed.claims()), rules.leeway());
        VerifiedToken verified = signed.issuer().map(read::issuedBy).orElse(read);
        if (known.isEmpty()) {
            remembered.put(hash, signed);
        }
        return verified;
    }

    /** As it was found earlier, if the same keys would be asked today. */
    private Optional<Signed> known(String hash) {
        Optional<Signed> recent = Optional.ofNullable(remembered.getIfPresent(hash))
                .filter(signed -> signed.isRecent(clock.instant()))
                .filter(signed -> signed.origin().equals(keys.origin()));
        return recent.flatMap(signed -> {
            Optional<Peer> issuer = peers.issuerOf(signed.claims());
            return signed.isByKeysOf(issuer) ? Optional.of(signed.of(issuer)) : Optional.empty();
        });
    }

    private Signed signed(String token) {
        SignedJWT jwt = parse(token);
        requireFitHeader(jwt.getHeader());
        JWTClaimsSet claims = claims(jwt);
        rules.requireForeign(jwt.getHeader(), claims);
        Optional<Peer> issuer = peers.issuerOf(claims);
        Object origin = keys.origin();
        requireSignature(jwt, issuer.map(peers::keysOf).orElse(keys));
        if (issuer.isPresent()) {
            rules.requireMeantFor(peers.localStackId(), claims);
        } else {
            rules.requireIssuerAndAudience(claims);
        }
        return new Signed(claims, issuer, origin, clock.instant());
    }

    private static SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            throw Refusals.invalidToken("the token is not a signed JWT");
        }
    }

    private static void requireFitHeader(JWSHeader header) {
        if (header.getCriticalParams() != null) {
            throw Refusals.invalidToken("the token demands extensions that are not understood");
        }
        if (header.getType() != null && !TYPES.contains(header.getType())) {
            throw Refusals.invalidToken("the token is of another type than JWT");
        }
    }

    private static void requireSignature(SignedJWT jwt, KeySource keys) {
        Optional<String> keyId = Optional.ofNullable(jwt.getHeader().getKeyID());
        boolean verified =
                keys.find(keyId, jwt.getHeader().getAlgorithm()).stream().anyMatch(key -> key.verifies(jwt));
        if (!verified) {
            throw Refusals.invalidToken("the signature does not verify");
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw Refusals.invalidToken("the claims cannot be read");
        }
    }

    private Instant requireTimes(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            throw Refusals.invalidToken("the token has no expiry");
        }
        if (!now.isBefore(expires.toInstant().plus(rules.leeway()))) {
            throw Refusals.invalidToken("the token has expired");
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && now.isBefore(notBefore.toInstant().minus(rules.leeway()))) {
            throw Refusals.invalidToken("the token is not valid yet");
        }
        return expires.toInstant();
    }
}
