package org.agentos.federation.trust;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a token must say besides being signed.
 *
 * @param issuers of which one must have issued it (RFC 7519, section 4.1.1); empty = any
 * @param audiences of which it must name one (section 4.1.3); empty = none needed
 * @param leeway by which the clocks of issuer and gateway may differ, either way
 * @param own what this gateway issues itself: meant for peers, and never taken here
 */
public record TokenRules(Set<String> issuers, Set<String> audiences, Duration leeway, Optional<OwnIssue> own) {
    /** Enough for two synchronised clocks. */
    public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(5);

    /** Any issuer, any audience. */
    public static final TokenRules OPEN = new TokenRules(Set.of(), Set.of(), DEFAULT_LEEWAY, Optional.empty());

    /**
     * How tokens of the gateway's own are known.
     *
     * @param holdsKey whether a key id is that of a key of its own
     */
    public record OwnIssue(String issuer, Predicate<String> holdsKey) {}

    /** @throws org.agentos.federation.error.FederationException {@code unauthorized} for a token of our own */
    void requireForeign(JWSHeader header, JWTClaimsSet claims) {
        boolean ours = own.filter(issue -> issue.issuer().equals(claims.getIssuer())
                        || Optional.ofNullable(header.getKeyID())
                                .filter(issue.holdsKey())
                                .isPresent())
                .isPresent();
        if (ours) {
            throw Refusals.invalidToken("the token was issued by this gateway, for its peers");
        }
    }

    /**
     * Holds the rules for a token that a peer issued, whose issuer is settled by the keys.
     *
     * @param stackId of this stack, which peers name by default
     * @throws org.agentos.federation.error.FederationException {@code unauthorized} for a token that is not meant for us
     */
    void requireMeantFor(String stackId, JWTClaimsSet claims) {
        List<String> meantFor = claims.getAudience();
        if (!meantFor.contains(stackId) && Collections.disjoint(audiences, meantFor)) {
            throw Refusals.invalidToken("the token is meant for somebody else");
        }
    }

    /** @throws org.agentos.federation.error.FederationException {@code unauthorized} for an issuer or audience not listed */
    void requireIssuerAndAudience(JWTClaimsSet claims) {
        if (!issuers.isEmpty() && (claims.getIssuer() == null || !issuers.contains(claims.getIssuer()))) {
            throw Refusals.invalidToken("the token is of an issuer that is not trusted");
        }
        List<String> meantFor = claims.getAudience();
        if (!audiences.isEmpty() && Collections.disjoint(audiences, meantFor)) {
            throw Refusals.invalidToken("the token is meant for somebody else");
        }
    }
}
