package org.agentos.federation.trust;

import static org.agentos.federation.trust.TestTokens.claims;
import static org.agentos.federation.trust.TestTokens.es256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.MultiMap;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.Profile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private static X509Certificate known;
    private static X509Certificate unknown;
    private static Instant now;

    private final Map<String, String> headers = new HashMap<>();
    private List<X509Certificate> chain = List.of();
    private BodyAuth body = BodyAuth.NONE;

    @BeforeAll
    static void makeCertificates(@TempDir Path folder) {
        known = TestCertificates.withNames(folder, "dns:stk-b.example");
        unknown = TestCertificates.withNames(folder, "dns:stk-x.example");
        now = known.getNotBefore().toInstant().plusSeconds(60);
    }

    /** Every combination of places that can name a tenant, the default tenant being tnt_d. */
    @ParameterizedTest(name = "token {0}, body {1}, header {2} -> {3}")
    @CsvSource({
        "-, -, -, tnt_d",
        "-, -, a, a",
        "-, a, -, a",
        "-, a, a, a",
        "-, a, b, tenant_mismatch",
        "a, -, -, a",
        "a, -, a, a",
        "a, -, b, tenant_mismatch",
        "a, a, -, a",
        "a, b, -, tenant_mismatch",
        "a, a, a, a",
        "a, a, b, tenant_mismatch",
        "a, b, a, tenant_mismatch",
        "a, b, b, tenant_mismatch",
        "none, -, -, unauthorized",
        "none, a, a, unauthorized"
    })
    void shouldSettleTenant(String token, String bodyTenant, String header, String expected) {
        // Given
        boolean tokens = !token.equals("-");
        if (tokens) {
            String tenant = token.equals("none") ? "" : "\"tenant_id\":\"" + token + "\",";
            bearer("{" + tenant + "\"scope\":\"runs:forward\",\"exp\":" + TestTokens.seconds(60) + "}");
        }
        put("X-Tenant-Id", header);
        body = new BodyAuth(given(bodyTenant), Optional.empty(), Optional.empty());

        // When
        String outcome = outcome(tokens ? withTokens() : withoutTokens(), Access.FORWARD, Caller::tenantId);

        // Then
        assertThat(outcome).isEqualTo(expected);
    }

    @Test
    void shouldTellUntilWhenATokenProvesAndNothingWithoutOne() {
        bearer("{\"tenant_id\":\"a\",\"scope\":\"runs:forward\",\"exp\":" + TestTokens.seconds(60) + "}");
        assertThat(outcome(withTokens(), Access.FORWARD, caller -> caller.validUntil()
                        .map(Object::toString)))
                .isEqualTo(TestTokens.NOW
                        .plusSeconds(60)
                        .plus(TokenRules.DEFAULT_LEEWAY)
                        .toString());
        assertThat(outcome(withoutTokens(), Access.FORWARD, caller -> caller.validUntil()
                        .map(Object::toString)))
                .isEqualTo("-");
    }

    /** Every combination of places that can name a principal. */
    @ParameterizedTest(name = "token {0}, body {1}, header {2} -> {3}")
    @CsvSource({
        "-, -, -, -",
        "-, -, p, p",
        "-, p, -, p",
        "-, p, q, p",
        "p, -, -, p",
        "p, -, q, p",
        "p, p, -, p",
        "p, p, q, p",
        "p, q, -, forbidden",
        "p, q, q, forbidden",
        "none, -, q, -",
        "none, q, -, forbidden"
    })
    void shouldSettlePrincipal(String token, String bodyPrincipal, String header, String expected) {
        // Given
        boolean tokens = !token.equals("-");
        if (tokens) {
            String principal = token.equals("none") ? "" : ",\"principal_id\":\"" + token + "\"";
            bearer("{\"tid\":\"a\",\"scope\":\"runs:forward\",\"exp\":" + TestTokens.seconds(60) + principal + "}");
        }
        put("X-Principal-Id", header);
        body = new BodyAuth(Optional.empty(), given(bodyPrincipal), Optional.empty());

        // When
        String outcome = outcome(tokens ? withTokens() : withoutTokens(), Access.FORWARD, Caller::principalId);

        // Then
        assertThat(outcome).isEqualTo(expected);
    }

    /** What scopes let a forward through; the token's are the only ones that count where there is a token. */
    @ParameterizedTest(name = "token {0}, header {1}, body {2} -> {3}")
    @CsvSource({
        "-, -, -, true",
        "-, runs:forward, -, true",
        "-, 'events:read,runs:forward', -, true",
        "-, events:read, -, false",
        "-, '', -, false",
        "-, -, runs:forward, true",
        "-, -, events:read, false",
        "-, -, runs:write events:read, true",
        "-, events:read, runs:forward, false",
        "-, events:read, runs:write, false",
        "-, -, '', true",
        "-, -, *, true",
        "-, events:read, *, false",
        "runs:forward, -, -, true",
        "runs:forward, events:read, -, true",
        "runs:forward, -, events:read, false",
        "runs:forward, -, *, true",
        "events:read, runs:forward, -, false",
        "events:read, -, runs:forward, false",
        "events:read, -, runs:write, false",
        "'', -, -, false",
        "*, -, -, false"
    })
    void shouldAskForScope(String token, String header, String wished, boolean allowed) {
        // Given
        boolean tokens = !token.equals("-");
        if (tokens) {
            bearer(claims(",\"scope\":\"" + token + "\""));
        }
        put("X-Scopes", header);
        body = new BodyAuth(Optional.empty(), Optional.empty(), given(wished).map(Scopes::parse));

        // When
        String outcome =
                outcome(tokens ? withTokens() : withoutTokens(), Access.FORWARD, caller -> Optional.of("allowed"));

        // Then
        assertThat(outcome).isEqualTo(allowed ? "allowed" : "forbidden");
    }

    @Test
    void shouldSayWhichScopeIsMissing() {
        // Given
        bearer(claims(""));

        // When
        FederationException refusal = refusal(withTokens(), Access.READ_EVENTS);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal.details()).containsExactly(Map.entry("reason", "scope"));
        assertThat(refusal.headers())
                .containsEntry("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"events:read\"");
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void shouldAskForTokenWhereTokensAreInUse(Access access) {
        // Given
        put("X-Tenant-Id", "tnt_a");
        put("X-Scopes", "runs:forward");

        // When
        FederationException refusal = refusal(withTokens(), access);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusal.headers()).containsExactly(Map.entry("WWW-Authenticate", "Bearer"));
    }

    @Test
    void shouldTakeOtherSchemesForNoToken() {
        // Given
        put("Authorization", "Basic dXNlcjpwYXNz");

        // When
        FederationException refusal = refusal(withTokens(), Access.FORWARD);

        // Then
        assertThat(refusal.headers()).containsExactly(Map.entry("WWW-Authenticate", "Bearer"));
    }

    @Test
    void shouldAskMetricsForTokenEvenWhereNoneAreInUse() {
        assertThat(refusal(withoutTokens(), Access.METRICS).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void shouldLetScraperWithoutTenantSeeMetrics() {
        // Given
        bearer("{\"scope\":\"metrics:read\",\"exp\":" + TestTokens.seconds(60) + "}");
        put("X-Tenant-Id", "tnt_claimed");

        // When
        Caller caller = admit(withTokens(), Access.METRICS);

        // Then
        assertThat(caller.tenantId()).isEmpty();
    }

    /** What a known peer's certificate opens where tokens are in use. */
    @ParameterizedTest
    @CsvSource({
        "STACK,true",
        "INGEST,true",
        "PEERS,false",
        "FORWARD,false",
        "READ_RUNS,false",
        "CANCEL_RUNS,false",
        "READ_EVENTS,false",
        "AUDIT,false",
        "METRICS,false"
    })
    void shouldLetCertificateAloneOpenLittle(Access access, boolean opened) {
        // Given
        chain = List.of(known);
        put("X-Tenant-Id", "tnt_a");

        // When
        String outcome = outcome(withTokens(), access, Caller::provenPeer);

        // Then
        assertThat(outcome).isEqualTo(opened ? "stk_b" : "unauthorized");
    }

    @Test
    void shouldTakeNoTenantFromCertificateAloneButForIngest() {
        // Given
        chain = List.of(known);
        put("X-Tenant-Id", "tnt_a");

        // When / Then
        assertThat(admit(withTokens(), Access.STACK).tenantId()).isEmpty();
        assertThat(admit(withTokens(), Access.INGEST).tenantId()).contains("tnt_a");
    }

    @Test
    void shouldNotLetCertificateOfNobodyIn() {
        // Given
        chain = List.of(unknown);
        put("X-Tenant-Id", "tnt_a");

        // When / Then
        assertThat(refusal(withTokens(), Access.INGEST).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void shouldLetCertificateOfNobodyInWithTokenButProveNoPeer() {
        // Given
        chain = List.of(unknown);
        bearer(claims(",\"scope\":\"runs:forward\""));

        // When
        Caller caller = admit(withTokens(), Access.FORWARD);

        // Then
        assertThat(caller.tenantId()).contains("tnt_a");
        assertThat(caller.provenPeer()).isEmpty();
    }

    @Test
    void shouldRefuseBadTokenEvenBesideGoodCertificate() {
        // Given
        chain = List.of(known);
        put("Authorization", "Bearer nonsense");

        // When / Then
        assertThat(refusal(withTokens(), Access.INGEST).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    /** Before a body is read: what it says cannot help, so nothing of it need be known. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "none, unauthorized",
        "nonsense, unauthorized",
        "expired, unauthorized",
        "tenantless, unauthorized",
        "good, stk_c"
    })
    void shouldProveByTokenBeforeTheBody(String token, String expected) {
        // Given
        switch (token) {
            case "nonsense" -> put("Authorization", "Bearer nonsense");
            case "expired" -> bearer("{\"tenant_id\":\"a\",\"exp\":1}");
            case "tenantless" -> bearer("{\"exp\":" + TestTokens.seconds(60) + "}");
            case "good" -> bearer(claims(""));
            default -> {}
        }

        // When / Then
        assertThat(proven(withTokens(), Access.INGEST)).isEqualTo(expected);
    }

    @Test
    void shouldLeaveToTheBodyWhatItMaySay() {
        assertThat(proven(withoutTokens(), Access.FORWARD)).isEqualTo("-");
        chain = List.of(known);
        assertThat(proven(withTokens(), Access.INGEST)).isEqualTo("-");
        assertThat(proven(withTokens(), Access.FORWARD)).isEqualTo("unauthorized");
    }

    private String proven(Admission admission, Access access) {
        try {
            return admission
                    .prove(request(MultiMap.caseInsensitiveMultiMap().addAll(headers)), access)
                    .flatMap(Caller::provenPeer)
                    .orElse("-");
        } catch (FederationException e) {
            return e.code().wireName();
        }
    }

    /** A token that is bound to a certificate is good over its connections only (RFC 8705). */
    @ParameterizedTest(name = "bound {0}, shown {1} -> {2}")
    @CsvSource({
        "known, known, tnt_a",
        "known, unknown, unauthorized",
        "known, none, unauthorized",
        "none, unknown, tnt_a",
        "other way, none, tnt_a"
    })
    void shouldKeepTokenToItsCertificate(String bound, String shown, String expected) {
        // Given
        String confirmation =
                switch (bound) {
                    case "known" -> ",\"cnf\":{\"x5t#S256\":\"" + CertificateThumbprint.of(known) + "\"}";
                    case "other way" -> ",\"cnf\":{\"jkt\":\"x\"}";
                    default -> "";
                };
        bearer(claims(",\"scope\":\"runs:forward\"" + confirmation));
        chain = shown.equals("none") ? List.of() : List.of(shown.equals("known") ? known : unknown);

        // When / Then
        assertThat(outcome(withTokens(), Access.FORWARD, Caller::tenantId)).isEqualTo(expected);
    }

    @Test
    void shouldProvePeerByToken() {
        // Given
        bearer(claims(",\"scope\":\"events:ingest\""));

        // When / Then
        assertThat(admit(withTokens(), Access.INGEST).provenPeer()).contains("stk_c");
    }

    @Test
    void shouldLetCertificateOutrankToken() {
        // Given
        chain = List.of(known);
        bearer(claims(",\"scope\":\"events:ingest\""));

        // When / Then
        assertThat(admit(withTokens(), Access.INGEST).provenPeer()).contains("stk_b");
    }

    @Test
    void shouldAskForTenantWhereThereIsNoDefault() {
        // Given
        Admission admission = new Admission(Profile.DEV, Optional.empty(), identity(), Optional.empty());

        // When / Then
        assertThat(refusal(admission, Access.READ_EVENTS).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(admit(admission, Access.STACK).tenantId()).isEmpty();
    }

    @Test
    void shouldNameEveryUnfitId() {
        // Given
        put("X-Tenant-Id", "t\u0001");
        put("X-Principal-Id", "p".repeat(257));
        put("X-Peer-Id", "");
        body = new BodyAuth(Optional.of(""), Optional.of("\ud800"), Optional.empty());

        // When
        FederationException refusal = refusal(withoutTokens(), Access.FORWARD);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details().get("problems"))
                .isEqualTo(List.of(
                        "X-Tenant-Id contains a control character",
                        "auth.tenant_id is empty",
                        "X-Principal-Id is longer than 256 characters",
                        "auth.principal_id contains a control character",
                        "X-Peer-Id is empty"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "X-Tenant-Id", "X-Principal-Id", "X-Peer-Id", "X-Scopes"})
    void shouldRefuseCallerNamedTwice(String header) {
        // Given
        MultiMap twice = MultiMap.caseInsensitiveMultiMap().add(header, "a").add(header.toLowerCase(Locale.ROOT), "b");

        // When
        FederationException refusal = catchThrowableOfType(FederationException.class, () -> withoutTokens()
                .admit(new AdmissionRequest(request(twice), body, Access.FORWARD)));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details()).containsEntry("problems", List.of(header + " is given more than once"));
    }

    @Test
    void shouldHandOnWhatTheCallerSent() {
        // Given
        put("Authorization", "Bearer unread");
        put("x-peer-id", "peer_ci");
        put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        // When
        Caller caller = admit(withoutTokens(), Access.FORWARD);

        // Then
        assertThat(caller)
                .isEqualTo(new Caller(
                        Optional.of("tnt_d"),
                        Optional.empty(),
                        Caller.ALL_SCOPES,
                        Optional.empty(),
                        Optional.of("peer_ci"),
                        Optional.of("Bearer unread"),
                        "req_1",
                        "cor_1",
                        Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                        Optional.empty()));
        assertThat(caller.toString()).doesNotContain("unread");
    }

    @Test
    void shouldNotStartOpenInProd() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Admission(Profile.PROD, Optional.empty(), identity(), Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Admission(Profile.PROD, Optional.of(verifier()), identity(), Optional.of("tnt_d")));
    }

    @ParameterizedTest(name = "{0} at {1} -> {2}")
    @CsvSource({
        "tnt_a, FORWARD, tnt_a",
        "tnt_a, STACK, tnt_a",
        "tnt_b, FORWARD, forbidden",
        "tnt_b, STACK, forbidden",
        "tnt_b, SETTLE_FORWARDS, forbidden",
        "stack:stk_b, STACK, stack:stk_b",
        "stack:stk_b, FORWARD, forbidden",
        "stack:stk_c, STACK, forbidden"
    })
    void shouldLetAPeersTokenNameTenantsOfItsPolicyOnly(String tenant, Access access, String expected) {
        // Given
        bearer(ofPeer(tenant, "runs:forward"), TestTokens.OTHER_EC);

        // When
        String outcome = outcome(withPeer(), access, Caller::tenantId);

        // Then
        assertThat(outcome).isEqualTo(expected);
    }

    @Test
    void shouldTakeNoScopeOverTenantsFromAPeer() {
        // Given
        bearer(ofPeer("tnt_a", "platform:admin metrics:read audit:read"), TestTokens.OTHER_EC);

        // When / Then
        assertThat(admit(withPeer(), Access.AUDIT).scopes()).containsExactly("audit:read");
        assertThat(refusal(withPeer(), Access.SETTLE_FORWARDS).details()).containsEntry("reason", "scope");
        assertThat(refusal(withPeer(), Access.METRICS).details()).containsEntry("reason", "scope");
    }

    @Test
    void shouldRefuseThePeersTokenInTheHandsOfAnotherPeer() {
        // Given
        bearer(ofPeer("tnt_a", "runs:forward"), TestTokens.OTHER_EC);
        chain = List.of(known);

        // When
        FederationException refusal = refusal(withPeer(), Access.FORWARD);

        // Then
        assertThat(refusal.details()).containsEntry("reason", "identity_ambiguous");
        chain = List.of();
        assertThat(admit(withPeer(), Access.FORWARD).provenPeer()).contains("stk_b");
    }

    private static String ofPeer(String tenant, String scopes) {
        return "{\"iss\":\"https://b\",\"aud\":\"stk_own\",\"tenant_id\":\"" + tenant + "\",\"sub\":\"p\",\"scope\":\""
                + scopes + "\",\"exp\":" + TestTokens.seconds(60) + "}";
    }

    /** Peer stk_b issues tokens as https://b; another one has the certificate. */
    private static Admission withPeer() {
        Peer peer = TestPeers.peer("stk_b", TestPeers.forTenants("tnt_a"), "jwt:https://b#*");
        PeerRegistry registry = TestPeers.registry(
                TestPeers.issuing(peer, "https://b", TestTokens.OTHER_EC.getPublic()),
                TestPeers.peer("stk_c", "dns:stk-b.example"));
        return new Admission(
                Profile.PROD,
                Optional.of(TestTokens.verifierOf(TestTokens.EC.getPublic(), registry)),
                new PeerIdentity(registry, () -> now),
                Optional.empty());
    }

    private Admission withTokens() {
        return new Admission(Profile.PROD, Optional.of(verifier()), identity(), Optional.empty());
    }

    private Admission withoutTokens() {
        return new Admission(Profile.DEV, Optional.empty(), identity(), Optional.of("tnt_d"));
    }

    private static TokenVerifier verifier() {
        return TestTokens.verifierOf(TestTokens.EC.getPublic());
    }

    private static PeerIdentity identity() {
        return new PeerIdentity(
                TestPeers.registry(
                        TestPeers.peer("stk_b", "dns:stk-b.example"), TestPeers.peer("stk_c", "jwt:https://idp#prn_a")),
                () -> now);
    }

    private void bearer(String claims) {
        put("Authorization", "Bearer " + es256(claims));
    }

    private void bearer(String claims, KeyPair key) {
        put("Authorization", "Bearer " + TestTokens.signed("{\"alg\":\"ES256\"}", claims, key.getPrivate()));
    }

    private void put(String name, String value) {
        given(value).ifPresent(header -> headers.put(name, header));
    }

    private static Optional<String> given(String value) {
        return value.equals("-") ? Optional.empty() : Optional.of(value);
    }

    private Caller admit(Admission admission, Access access) {
        InboundRequest request = request(MultiMap.caseInsensitiveMultiMap().addAll(headers));
        return admission.admit(new AdmissionRequest(request, body, access));
    }

    private InboundRequest request(MultiMap sent) {
        return new InboundRequest("POST", "/v1/federation/x", Map.of(), Set.of(), sent, "req_1", "cor_1", chain);
    }

    private FederationException refusal(Admission admission, Access access) {
        return catchThrowableOfType(FederationException.class, () -> admit(admission, access));
    }

    private String outcome(Admission admission, Access access, Function<Caller, Optional<String>> aspect) {
        try {
            return aspect.apply(admit(admission, access)).orElse("-");
        } catch (FederationException e) {
            return e.code().wireName();
        }
    }
}
