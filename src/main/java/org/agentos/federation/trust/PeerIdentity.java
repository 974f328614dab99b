package org.agentos.federation.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.IdentityRule;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;

/** Which peer a certificate or token proves: the one stack whose registry entry lists an identity found in it. */
public final class PeerIdentity {
    private static final int SAN_DNS = 2;
    private static final int SAN_URI = 6;

    private final PeerRegistry registry;
    private final InstantSource clock;

    public PeerIdentity(PeerRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * The peer that a client certificate proves now. The chain was verified by the handshake; its dates are looked at
     * again, because connections outlive certificates.
     *
     * @param chain the client's own certificate first; may be empty
     * @throws org.agentos.federation.error.FederationException {@code forbidden} when it fits more than one peer
     */
    public Optional<String> ofCertificate(List<X509Certificate> chain) {
        return chain.isEmpty() || !chain.stream().allMatch(this::isValid)
                ? Optional.empty()
                : onlyOne(identities(chain.get(0)));
    }

    /**
     * The peer that a verified token proves. One that a peer issued proves that peer, where its entry has the identity, or
     * nobody: whoever it names in {@code sub}, its keys speak for no other.
     */
    public Optional<String> ofToken(VerifiedToken token) {
        return token.issuedBy().isPresent()
                ? token.issuedBy().filter(peer -> hasIdentityIn(peer, token)).map(Peer::stackId)
                : ofOtherIssuer(token);
    }

    private static boolean hasIdentityIn(Peer peer, VerifiedToken token) {
        PeerTokens own = peer.ownTokens().orElseThrow();
        return peer.identities().contains(own.anySubject())
                || token.subject()
                        .map(subject -> IdentityRule.TOKEN + own.issuer() + "#" + subject)
                        .filter(peer.identities()::contains)
                        .isPresent();
    }

    private Optional<String> ofOtherIssuer(VerifiedToken token) {
        return token.issuer().isPresent() && token.subject().isPresent()
                ? onlyOne(Set.of(IdentityRule.TOKEN + token.issuer().get() + "#"
                        + token.subject().get()))
                : Optional.empty();
    }

    private Optional<String> onlyOne(Set<String> identities) {
        Set<String> found = registry.holdersOf(identities);
        if (found.size() > 1) {
            throw Refusals.forbidden("identity_ambiguous", "the proof of identity fits more than one peer");
        }
        return found.stream().findFirst();
    }

    private boolean isValid(X509Certificate certificate) {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
            return true;
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            return false;
        }
    }

    /** A certificate that cannot be read has no identity. */
    private static Set<String> identities(X509Certificate certificate) {
        try {
            Set<String> identities = new HashSet<>();
            identities.add(IdentityRule.FINGERPRINT + fingerprint(certificate));
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> alternativeName(name).ifPresent(identities::add));
            }
            return identities;
        } catch (CertificateParsingException | CertificateEncodingException e) {
            return Set.of();
        }
    }

    private static Optional<String> alternativeName(List<?> name) {
        int type = (Integer) name.get(0);
        if (type == SAN_DNS) {
            return Optional.of(IdentityRule.DNS + ((String) name.get(1)).toLowerCase(Locale.ROOT));
        }
        return type == SAN_URI ? Optional.of((String) name.get(1)).filter(PeerIdentity::isPlainUri) : Optional.empty();
    }

    /** A SAN URI spelt like one of the other forms must not pass for it. */
    private static boolean isPlainUri(String uri) {
        return List.of(IdentityRule.DNS, IdentityRule.FINGERPRINT, IdentityRule.TOKEN).stream()
                .noneMatch(uri::startsWith);
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateEncodingException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
