package org.agentos.federation.trust;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies bearer tokens: JWTs in compact form (RFC 7519), with the precautions of RFC 8725. The algorithm must be one
 * the key is good for; {@code none}, HMAC and any {@code crit} are refused; {@code jku}, {@code jwk} and {@code x5u} are
 * never looked at. Every refusal is a 401 with the challenge of RFC 6750.
 */
public final class TokenVerifier {
    /** Enough for two synchronised clocks. */
    public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(5);

    /** Keeps a hostile caller from having large headers decoded and parsed again and again. */
    private static final int MAX_LENGTH = 16_384;

    private static final Set<JOSEObjectType> TYPES =
            Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    private final KeySource keys;
    private final Duration leeway;
    private final InstantSource clock;

    /** @param leeway by which the clocks of issuer and gateway may differ, either way */
    public TokenVerifier(KeySource keys, Duration leeway, InstantSource clock) {
        this.keys = keys;
        this.leeway = leeway;
        this.clock = clock;
    }

    /**
     * Reads a token once its signature and its times are found good.
     *
     * @throws org.agentos.federation.error.FederationException {@code unauthorized}, or {@code unavailable} without keys
     */
    public VerifiedToken verify(String token) {
        SignedJWT jwt = parse(token);
        requireFitHeader(jwt.getHeader());
        requireSignature(jwt);
        JWTClaimsSet claims = claims(jwt);
        Instant expires = requireTimes(claims);
        return TokenClaims.read(claims, expires);
    }

    private static SignedJWT parse(String token) {
        if (token.length() > MAX_LENGTH) {
            throw Unauthorized.invalidToken("the token is too long");
        }
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            throw Unauthorized.invalidToken("the token is not a signed JWT");
        }
    }

    private static void requireFitHeader(JWSHeader header) {
        if (header.getCriticalParams() != null) {
            throw Unauthorized.invalidToken("the token demands extensions that are not understood");
        }
        if (header.getType() != null && !TYPES.contains(header.getType())) {
            throw Unauthorized.invalidToken("the token is of another type than JWT");
        }
    }

    private void requireSignature(SignedJWT jwt) {
        Optional<String> keyId = Optional.ofNullable(jwt.getHeader().getKeyID());
        boolean verified =
                keys.find(keyId, jwt.getHeader().getAlgorithm()).stream().anyMatch(key -> key.verifies(jwt));
        if (!verified) {
            throw Unauthorized.invalidToken("the signature does not verify");
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw Unauthorized.invalidToken("the claims cannot be read");
        }
    }

    private Instant requireTimes(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            throw Unauthorized.invalidToken("the token has no expiry");
        }
        if (!now.isBefore(expires.toInstant().plus(leeway))) {
            throw Unauthorized.invalidToken("the token has expired");
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && now.isBefore(notBefore.toInstant().minus(leeway))) {
            throw Unauthorized.invalidToken("the token is not valid yet");
        }
        return expires.toInstant();
    }
}
