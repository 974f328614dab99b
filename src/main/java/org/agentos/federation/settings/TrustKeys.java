package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.SWITCH;
import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.duration;

import java.time.Duration;
import java.util.List;

/** Settings of certificates, tokens and tickets. */
public final class TrustKeys {
    private static final KeySection SECTION = new KeySection();

    private static final Duration HOUR = Duration.ofHours(1);

    public static final Key<String> SERVER_CERT = SECTION.named(
            "federation.tls.server-cert", "AGENTOS_FED_SERVER_CERT", "", TEXT, "PEM certificate chain of the listener");
    public static final Key<String> SERVER_KEY = SECTION.named(
            "federation.tls.server-key", "AGENTOS_FED_SERVER_KEY", "", TEXT, "PEM private key of the listener");
    public static final Key<Boolean> REQUIRE_MTLS = SECTION.named(
            "federation.tls.require-mtls",
            "AGENTOS_FED_REQUIRE_MTLS",
            "false",
            SWITCH,
            "only clients with a certificate of the CA get past the handshake");
    public static final Key<String> CA_CERT = SECTION.named(
            "federation.tls.ca-cert",
            "AGENTOS_FED_CA_CERT",
            "",
            TEXT,
            "PEM CAs trusted for peers, as client and server");
    public static final Key<String> CLIENT_CERT = SECTION.named(
            "federation.tls.client-cert", "AGENTOS_FED_CLIENT_CERT", "", TEXT, "PEM certificate for calls to peers");
    public static final Key<String> CLIENT_KEY = SECTION.named(
            "federation.tls.client-key", "AGENTOS_FED_CLIENT_KEY", "", TEXT, "PEM private key for calls to peers");
    public static final Key<String> JWT_PUBLIC_KEY = SECTION.named(
            "federation.trust.jwt-public-key",
            "AGENTOS_FED_JWT_PUBLIC_KEY",
            "",
            TEXT,
            "PEM public key, JWKS file or JWKS URL; set: every caller needs a token it verifies");
    public static final Key<Boolean> METRICS_AUTH = SECTION.named(
            "federation.metrics.require-auth",
            "AGENTOS_METRICS_REQUIRE_AUTH",
            "false",
            SWITCH,
            "/metrics asks for a token with metrics:read");
    public static final Key<Boolean> TICKET_ENABLED = SECTION.key(
            "federation.ticket.enabled",
            "false",
            SWITCH,
            "tickets open a run's events to pages that cannot set headers");
    public static final Key<Duration> TICKET_LIFETIME = SECTION.key(
            "federation.ticket.lifetime",
            "5m",
            duration(Duration.ofSeconds(1), HOUR),
            "of a ticket, never longer than the token it was asked for with");

    private TrustKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
