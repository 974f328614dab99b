package org.agentos.federation.startup;

import java.util.List;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.JwtKeys;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.TrustKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells an operator at the start, and at each reload, whose tokens go where and what is not asked of them. */
public final class TokenNotes {
    private static final Logger LOG = LoggerFactory.getLogger(TokenNotes.class);

    private TokenNotes() {}

    static void tell(Settings settings, PeerRegistry registry) {
        LOG.info(
                "Tokens for peers own={} caller={} none={}",
                of(registry, Peer.Token.OWN),
                of(registry, Peer.Token.CALLER),
                of(registry, Peer.Token.NONE));
        if (settings.trust().jwtPublicKey().isEmpty() && isOpen(settings.http().host())) {
            LOG.warn(
                    "Whoever reaches the listener is believed to be whom it says host={} profile={} setting={}",
                    settings.http().host(),
                    settings.profile(),
                    TrustKeys.JWT_PUBLIC_KEY.variable());
        }
        if (settings.profile() == Profile.PROD && settings.jwt().issuers().isEmpty()) {
            LOG.warn("Tokens of any issuer are taken whose key is known setting={}", JwtKeys.ISSUERS.variable());
        }
        if (settings.profile() == Profile.PROD && settings.jwt().audiences().isEmpty()) {
            LOG.warn("Tokens are taken whoever they are meant for setting={}", JwtKeys.AUDIENCES.variable());
        }
    }

    /** Whether other machines reach the address, as far as its name tells without asking anybody. */
    private static boolean isOpen(String host) {
        return !host.equals("localhost") && !host.equals("::1") && !host.startsWith("127.");
    }

    private static List<String> of(PeerRegistry registry, Peer.Token token) {
        return registry.peers().stream()
                .filter(peer -> peer.token() == token)
                .map(Peer::stackId)
                .toList();
    }
}
