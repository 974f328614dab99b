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

/**
 * Verifies bearer tokens: JWTs in compact form (RFC 7519), with the precautions of RFC 8725. The algorithm must be one
 * the key is good for; {@code none}, HMAC and any {@code crit} are refused; {@code jku}, {@code jwk} and {@code x5u} are
 * never looked at. Every refusal is a 401 with the challenge of RFC 6750.
 *
 * <p>A signature costs up to a millisecond of CPU to verify, so a good token is remembered for a short while: its hash,
 * never its text. Its times are looked at every time.
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
    private final TokenRules rules;
    private final InstantSource clock;
    private final Cache<String, JWTClaimsSet> remembered;

    public TokenVerifier(KeySource keys, TokenRules rules, InstantSource clock) {
        this.keys = keys;
        this.rules = rules;
        this.clock = clock;
        this.remembered = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(REMEMBERED_FOR)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
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
        JWTClaimsSet known = remembered.getIfPresent(hash);
        JWTClaimsSet claims = known == null ? signedClaims(token) : known;
        VerifiedToken verified = TokenClaims.read(claims, requireTimes(claims), rules.leeway());
        if (known == null) {
            remembered.put(hash, claims);
        }
        return verified;
    }

    private JWTClaimsSet signedClaims(String token) {
        SignedJWT jwt = parse(token);
        requireFitHeader(jwt.getHeader());
        JWTClaimsSet claims = claims(jwt);
        rules.requireForeign(jwt.getHeader(), claims);
        requireSignature(jwt);
        rules.requireIssuerAndAudience(claims);
        return claims;
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

    private void requireSignature(SignedJWT jwt) {
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
