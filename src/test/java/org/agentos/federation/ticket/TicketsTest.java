package org.agentos.federation.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.http.OwnOrigin;
import org.agentos.federation.settings.TicketSettings;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.TokenRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String PAGE = "https://app.example";

    private Instant now = NOW;
    private final TicketCodec codec = new TicketCodec(() -> CursorKeys.of(new byte[32]));
    private final Tickets tickets = tickets(new TicketSettings(true, Duration.ofMinutes(5)));

    @Test
    void shouldBindATicketToCallerRunAndPage() {
        assertThat(tickets.make(caller(Optional.empty()), "run_a", get(Map.of("Origin", PAGE))))
                .isEqualTo(new Ticket(
                        "tnt_a", Optional.of("prn_a"), "run_a", Optional.of(PAGE), NOW.plus(Duration.ofMinutes(5))));
    }

    @Test
    void shouldNeverOutliveTheToken() {
        Instant soon = NOW.plusSeconds(30);
        Instant taken = soon.plus(TokenRules.DEFAULT_LEEWAY);
        assertThat(tickets.make(caller(Optional.of(taken)), "run_a", get(Map.of()))
                        .expires())
                .isEqualTo(soon);
        assertThat(tickets.make(caller(Optional.of(NOW.plusSeconds(3600))), "run_a", get(Map.of()))
                        .expires())
                .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    }

    @Test
    void shouldMakeNoneForATokenInItsLeeway() {
        assertThat(refusal(() -> tickets.make(
                                caller(Optional.of(NOW.plus(TokenRules.DEFAULT_LEEWAY))), "run_a", get(Map.of())))
                        .code())
                .isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "HTTPS://App.Example", "https://app.example:443", "https://app.example/", ""})
    void shouldMakeNoneForAPageWithoutAnOrigin(String origin) {
        FederationException refusal =
                refusal(() -> tickets.make(caller(Optional.empty()), "run_a", get(Map.of("Origin", origin))));
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal.details()).containsEntry("reason", "ticket_origin");
    }

    @Test
    void shouldLetTheHolderReadAndNothingElse() {
        // Given
        Ticket ticket = tickets.make(caller(Optional.empty()), "run_a", get(Map.of()));

        // When
        Caller holder = Tickets.holder(tickets.open(showing(tickets.seal(ticket))), get(Map.of("X-Scopes", "*")));

        // Then
        assertThat(holder.tenantId()).contains("tnt_a");
        assertThat(holder.principalId()).contains("prn_a");
        assertThat(holder.scopes()).containsExactly("events:read");
        assertThat(holder.validUntil()).contains(ticket.expires());
        assertThat(holder.authorization()).isEmpty();
    }

    @Test
    void shouldOpenNothingFromItsExpiryOn() {
        // Given
        String text = tickets.seal(tickets.make(caller(Optional.empty()), "run_a", get(Map.of())));

        // When
        now = NOW.plus(Duration.ofMinutes(5)).minusMillis(1);
        assertThat(tickets.open(showing(text)).runId()).isEqualTo("run_a");
        now = now.plusMillis(1);

        // Then
        FederationException refusal = refusal(() -> tickets.open(showing(text)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusal.headers().get("WWW-Authenticate")).contains("invalid_token", "the ticket has expired");
    }

    @Test
    void shouldRefuseWhatIsNoTicketWithoutRepeatingIt() {
        FederationException refusal = refusal(() -> tickets.open(showing("forged-ticket")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusal.getMessage() + refusal.headers() + refusal.details()).doesNotContain("forged-ticket");
    }

    @Test
    void shouldRefuseATicketWhereNoneAreInUse() {
        Tickets off = tickets(new TicketSettings(false, Duration.ofMinutes(5)));
        assertThat(refusal(() -> off.open(showing("any"))).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void shouldRefuseATicketBesideAnotherProof() {
        String text = tickets.seal(tickets.make(caller(Optional.empty()), "run_a", get(Map.of())));
        InboundRequest withToken = request(Map.of("Authorization", "Bearer x"), text, Set.of());
        InboundRequest twice = request(Map.of(), text, Set.of("ticket"));
        assertThat(refusal(() -> tickets.open(withToken)).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(() -> tickets.open(twice)).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        // bound to, Origin, Sec-Fetch-Site, Host, fits
        "https://app.example, https://app.example, cross-site, gateway.example, true",
        "https://app.example, https://app.example, -, gateway.example, true",
        "https://app.example, https://evil.example, cross-site, gateway.example, false",
        "https://app.example, null, cross-site, gateway.example, false",
        "https://app.example, -, -, gateway.example, false",
        "https://app.example, -, cross-site, gateway.example, false",
        "https://app.example, -, none, app.example, false",
        "https://app.example, -, same-origin, app.example, true",
        "http://127.0.0.1:50083, -, -, 127.0.0.1:50083, true",
        "http://127.0.0.1:50083, -, same-origin, 127.0.0.1:50083, true",
        "http://127.0.0.1:50083, -, cross-site, 127.0.0.1:50083, false",
        "http://127.0.0.1:50083, -, -, 127.0.0.1:50084, false",
        "-, -, -, gateway.example, true",
        "-, -, same-origin, gateway.example, true",
        "-, https://app.example, cross-site, gateway.example, false",
        "-, http://gateway.example, same-origin, gateway.example, false"
    })
    void shouldFitOnlyThePageItWasMadeFor(String bound, String origin, String site, String host, boolean fits) {
        // Given
        Ticket ticket = new Ticket("tnt_a", Optional.empty(), "run_a", given(bound), NOW.plusSeconds(1));
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Host", host);
        given(origin).ifPresent(value -> headers.add("Origin", value));
        given(site).ifPresent(value -> headers.add("Sec-Fetch-Site", value));

        // When
        FederationException refusal = refusal(() -> tickets.requireFit(ticket, "run_a", with(headers, "", Set.of())));

        // Then
        assertThat(refusal == null).isEqualTo(fits);
        if (refusal != null) {
            assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(refusal.details()).containsEntry("reason", "ticket_origin");
        }
    }

    @Test
    void shouldFitNoOtherRunOrTenant() {
        Ticket ticket = tickets.make(caller(Optional.empty()), "run_a", get(Map.of()));
        assertThat(refusal(() -> tickets.requireFit(ticket, "run_b", get(Map.of())))
                        .details())
                .containsEntry("reason", "ticket_run");
        assertThat(refusal(() -> tickets.requireFit(ticket, "run_a", get(Map.of("X-Tenant-Id", "tnt_b"))))
                        .code())
                .isEqualTo(ErrorCode.TENANT_MISMATCH);
        tickets.requireFit(ticket, "run_a", get(Map.of("X-Tenant-Id", "tnt_a")));
    }

    private Tickets tickets(TicketSettings settings) {
        return new Tickets(codec, settings, new OwnOrigin("http"), TokenRules.DEFAULT_LEEWAY, () -> now);
    }

    private static FederationException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(FederationException.class, call);
    }

    private static Optional<String> given(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(text);
    }

    private static Caller caller(Optional<Instant> validUntil) {
        return new Caller(
                Optional.of("tnt_a"),
                Optional.of("prn_a"),
                Caller.ALL_SCOPES,
                Optional.empty(),
                Optional.empty(),
                Optional.of("Bearer token"),
                "req_1",
                "cor_1",
                Optional.empty(),
                validUntil);
    }

    private static InboundRequest get(Map<String, String> headers) {
        return request(headers, "", Set.of());
    }

    private static InboundRequest showing(String ticket) {
        return request(Map.of(), ticket, Set.of());
    }

    private static InboundRequest request(Map<String, String> headers, String ticket, Set<String> repeated) {
        return with(MultiMap.caseInsensitiveMultiMap().addAll(headers), ticket, repeated);
    }

    private static InboundRequest with(MultiMap headers, String ticket, Set<String> repeated) {
        return new InboundRequest(
                "GET",
                "/v1/federation/runs/run_a/events",
                Map.of("ticket", ticket),
                repeated,
                headers,
                "req_1",
                "cor_1",
                List.of());
    }
}
