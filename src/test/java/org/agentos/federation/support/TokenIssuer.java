package org.agentos.federation.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Issues real tokens, and writes the key that verifies them to a file. */
public final class TokenIssuer {
    /** The issuer of every token, for a peer's {@code jwt:} identity. */
    public static final String ISSUER = "https://issuer.example";

    private final ECKey key;

    public TokenIssuer() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID("test").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a JWKS file for AGENTOS_FED_JWT_PUBLIC_KEY. */
    public Path writeTo(Path file) {
        try {
            return Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of an Authorization header. */
    public String bearer(String tenantId, String principalId, String scopes, Duration lifetime) {
        return bearer(new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(principalId)
                .claim("tenant_id", tenantId)
                .claim("scope", scopes)
                .expirationTime(Date.from(Instant.now().plus(lifetime)))
                .build());
    }

    /** The value of an Authorization header with just these claims. */
    public String bearer(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return "Bearer " + token.serialize();
    }
}
