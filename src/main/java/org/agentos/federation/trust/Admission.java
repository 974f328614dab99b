package org.agentos.federation.trust;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.Profile;

/**
 * Settles who is asking, once, before anything else is done. Where a key for tokens is configured only a verified token
 * (or, for two kinds of access, a known peer's certificate) proves anything; where none is, which prod forbids, headers
 * and body are believed. Everything that names a tenant must name the same one. A peer is proven by its certificate; by
 * its token only where it shows no certificate at all. A token that a peer issued opens no more tenants than the policy of
 * that peer names.
 */
public final class Admission {
    private static final String BEARER = "bearer ";

    private final Optional<TokenVerifier> verifier;
    private final PeerIdentity identity;
    private final Optional<String> defaultTenant;

    /**
     * @param verifier absent: tokens are passed on unread and headers are believed
     * @param defaultTenant of requests that name none
     * @throws IllegalArgumentException for what prod forbids: the start checks name it, this makes sure
     */
    public Admission(
            Profile profile, Optional<TokenVerifier> verifier, PeerIdentity identity, Optional<String> defaultTenant) {
        if (profile == Profile.PROD && (verifier.isEmpty() || defaultTenant.isPresent())) {
            throw new IllegalArgumentException("prod believes nobody without a token and has no default tenant");
        }
        this.verifier = verifier;
        this.identity = identity;
        this.defaultTenant = defaultTenant;
    }

    /**
     * Lets a caller in, or refuses.
     *
     * @throws FederationException {@code unauthorized}, {@code forbidden}, {@code tenant_mismatch} or
     *     {@code invalid_request}
     */
    public Caller admit(AdmissionRequest asked) {
        Caller caller = identify(asked);
        asked.access().requireScope(caller.scopes());
        return caller;
    }

    /**
     * Judges what does not depend on the body, before anything is read of it: a flood of requests without a good token
     * costs no parsing.
     *
     * @return who asks by their token; empty where there is none and only the body can tell more
     * @throws FederationException {@code unauthorized} or {@code tenant_mismatch}: whatever the body says, {@link #identify}
     *     would refuse as well
     */
    Optional<Caller> prove(InboundRequest request, Access access) {
        if (verifier.isEmpty()) {
            return Optional.empty();
        }
        Optional<VerifiedToken> token = token(request);
        requireProof(access, token, identity.ofCertificate(request.clientCertificates()));
        return token.map(good -> identify(new AdmissionRequest(request, BodyAuth.NONE, access)));
    }

    /**
     * Settles who is asking, without letting them in: whether their scopes do is not judged yet.
     *
     * @throws FederationException as {@link #admit}
     */
    Caller identify(AdmissionRequest asked) {
        InboundRequest request = asked.request();
        Optional<VerifiedToken> token = token(request);
        Optional<String> certified = identity.ofCertificate(request.clientCertificates());
        requireProof(asked.access(), token, certified);
        Claims claims = Claims.of(request, asked.body());
        Optional<String> tenant = tenant(asked.access(), token, claims);
        Optional<String> principal = principal(token, claims);
        Set<String> scopes = scopes(asked.access(), token, claims);
        return new Caller(
                tenant,
                principal,
                scopes,
                provenPeer(request, token, certified),
                claims.peer(),
                request.header("Authorization"),
                request.requestId(),
                request.correlationId(),
                request.header("traceparent").flatMap(Traceparent::valid),
                token.map(VerifiedToken::validUntil));
    }

    /** A token that is there must be good, even where a certificate would have done. */
    private Optional<VerifiedToken> token(InboundRequest request) {
        return verifier.flatMap(verifying -> request.header("Authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> verifying.verify(value.substring(BEARER.length()).strip()))
                .map(token -> requireHolder(token, request)));
    }

    /** A token bound to a certificate is good for nobody else, nor for one who shows none (RFC 8705, section 3). */
    private static VerifiedToken requireHolder(VerifiedToken token, InboundRequest request) {
        boolean held = token.boundTo().isEmpty()
                || request.clientCertificates().stream()
                        .findFirst()
                        .map(CertificateThumbprint::of)
                        .equals(token.boundTo());
        if (!held) {
            throw Refusals.invalidToken("the token is bound to another client certificate");
        }
        return token;
    }

    /** A token that one peer issued in the hands of another was not meant to be there. */
    private Optional<String> provenPeer(
            InboundRequest request, Optional<VerifiedToken> token, Optional<String> certified) {
        Optional<String> issuer = token.flatMap(VerifiedToken::issuedBy).map(Peer::stackId);
        if (issuer.isPresent() && certified.isPresent() && !issuer.equals(certified)) {
            throw Refusals.forbidden("identity_ambiguous", "certificate and token prove different peers");
        }
        return request.clientCertificates().isEmpty() ? token.flatMap(identity::ofToken) : certified;
    }

    private void requireProof(Access access, Optional<VerifiedToken> token, Optional<String> certified) {
        boolean headersDo = verifier.isEmpty() && !access.alwaysNeedsToken();
        boolean certificateDoes = certified.isPresent() && access.opensByCertificateAlone();
        if (token.isEmpty() && !headersDo && !certificateDoes) {
            throw Refusals.missing("a bearer token is needed");
        }
    }

    private Optional<String> tenant(Access access, Optional<VerifiedToken> token, Claims claims) {
        Optional<String> proven = token.flatMap(VerifiedToken::tenantId);
        if (token.isPresent() && proven.isEmpty() && access.needsTenantInTokens()) {
            throw Refusals.invalidToken("the token names no tenant");
        }
        token.ifPresent(good -> PeerTenants.require(access, good));
        Optional<String> claimed = onlyTenant(List.of(proven, claims.bodyTenant(), claims.headerTenant()));
        if (token.isPresent()) {
            return proven;
        }
        Optional<String> tenant = claimed.or(() -> defaultTenant);
        if (access.needsTenant() && tenant.isEmpty()) {
            throw Refusals.missing("no tenant is named");
        }
        return access.needsTenant() || verifier.isEmpty() ? tenant : Optional.empty();
    }

    private static Optional<String> onlyTenant(List<Optional<String>> places) {
        List<String> named =
                places.stream().flatMap(Optional::stream).distinct().toList();
        if (named.size() > 1) {
            throw new FederationException(
                    ErrorCode.TENANT_MISMATCH, "token, body and headers do not name the same tenant");
        }
        return named.stream().findFirst();
    }

    /** With a token its principal stands alone: what headers say counts only where nothing is proven. */
    private static Optional<String> principal(Optional<VerifiedToken> token, Claims claims) {
        if (token.isEmpty()) {
            return claims.bodyPrincipal().or(claims::headerPrincipal);
        }
        Optional<String> proven = token.flatMap(VerifiedToken::principalId);
        if (claims.bodyPrincipal().isPresent() && !Objects.equals(claims.bodyPrincipal(), proven)) {
            throw Refusals.forbidden("principal", "the body names another principal than the token");
        }
        return proven;
    }

    /** A certificate alone has no scopes of its own: the peer's policy says what it may do. */
    private Set<String> scopes(Access access, Optional<VerifiedToken> token, Claims claims) {
        Set<String> granted = verifier.isEmpty()
                ? claims.headerScopes().orElse(Caller.ALL_SCOPES)
                : token.map(VerifiedToken::scopes).orElse(access.certificateScopes());
        return Scopes.narrow(granted, claims.wishedScopes());
    }
}
