package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.audit.AuditRecord.Outcome;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.BodyAuth;
import org.agentos.federation.trust.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditedRequestTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Map<String, String> HEADERS =
            Map.of("X-Tenant-Id", "tnt_h", "X-Principal-Id", "prn_h", "Authorization", "Bearer secret-token");

    @Test
    void shouldTellWhoWasAllowedWhat() {
        // When
        AuditRecord record = request(Optional.of(caller()), BodyAuth.NONE, Optional.of(matter("run_1")))
                .allowed(NOW);

        // Then
        assertThat(record)
                .isEqualTo(new AuditRecord(
                        NOW,
                        Optional.of("tnt_a"),
                        Optional.of("prn_a"),
                        "federation.runs.forward",
                        "run_1",
                        Outcome.ALLOWED,
                        "cor_1",
                        "req_1",
                        Optional.of("stk_b"),
                        Map.of("attempts", 2, "header_principal", "prn_h", "claimed_peer", "stk_c")));
        assertThat(AuditLine.opened(record)).doesNotContain("secret");
    }

    @Test
    void shouldCallEverythingAClaimOfWhoWasNotLetIn() {
        // When
        AuditRecord record = request(Optional.empty(), claims("tnt_b", "prn_b"), Optional.empty())
                .refused(new FederationException(ErrorCode.TENANT_MISMATCH, "no"), NOW)
                .orElseThrow();

        // Then
        assertThat(record.tenantId()).isEmpty();
        assertThat(record.principalId()).isEmpty();
        assertThat(record.resource()).isEqualTo("/v1/federation/runs:forward");
        assertThat(record.meta())
                .isEqualTo(Map.of(
                        "code", "tenant_mismatch",
                        "claimed_tenant", "tnt_b",
                        "header_tenant", "tnt_h",
                        "claimed_principal", "prn_b"));
        assertThat(AuditLine.opened(record)).doesNotContain("secret");
    }

    @Test
    void shouldTellWhyItWasDenied() {
        // When
        AuditRecord record = request(Optional.of(caller()), BodyAuth.NONE, Optional.empty())
                .refused(new FederationException(ErrorCode.FORBIDDEN, "no").detail("reason", "scope"), NOW)
                .orElseThrow();

        // Then
        assertThat(record.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(record.tenantId()).contains("tnt_a");
        assertThat(record.meta()).containsEntry("code", "forbidden").containsEntry("reason", "scope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenant", "peer_mismatch", "peer_not_proven"})
    void shouldCallATenantAClaimThatAPeerOnlyNamed(String reason) {
        // When
        AuditRecord record = request(Optional.of(caller()), BodyAuth.NONE, Optional.empty())
                .refused(new FederationException(ErrorCode.FORBIDDEN, "no").detail("reason", reason), NOW)
                .orElseThrow();

        // Then
        assertThat(record.tenantId()).isEmpty();
        assertThat(record.peer()).contains("stk_b");
        assertThat(record.meta()).containsEntry("claimed_tenant", "tnt_a");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, DENIED",
        "NOT_FOUND, DENIED",
        "PEER_NOT_FOUND, DENIED",
        "CONFLICT, DENIED",
        "QUOTA_EXCEEDED, DENIED",
        "FORWARD_REJECTED, FAILED",
        "STORAGE_UNAVAILABLE, FAILED",
        "TIMEOUT, FAILED",
        "INTERNAL_ERROR, FAILED"
    })
    void shouldTellDeniedFromFailed(ErrorCode code, Outcome outcome) {
        assertThat(request(Optional.of(caller()), BodyAuth.NONE, Optional.empty())
                        .refused(new FederationException(code, "no"), NOW)
                        .orElseThrow()
                        .outcome())
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_JSON", "INVALID_REQUEST", "PAYLOAD_TOO_LARGE", "CURSOR_EXPIRED"})
    void shouldNotRecordWhatIsMalformed(ErrorCode code) {
        assertThat(request(Optional.of(caller()), BodyAuth.NONE, Optional.empty())
                        .refused(new FederationException(code, "no"), NOW))
                .isEmpty();
    }

    @Test
    void shouldTellOfABugAsFailed() {
        assertThat(request(Optional.of(caller()), BodyAuth.NONE, Optional.empty())
                        .refused(new IllegalStateException("secret"), NOW)
                        .orElseThrow()
                        .meta())
                .containsEntry("code", "internal_error")
                .doesNotContainValue("secret");
    }

    private static AuditedRequest request(Optional<Caller> caller, BodyAuth claims, Optional<Audited> matter) {
        String path = "/v1/federation/runs:forward";
        InboundRequest request = new InboundRequest("POST", path, Map.of(), HEADERS, "req_1", "cor_1");
        return new AuditedRequest("federation.runs.forward", request, caller, claims, path, matter);
    }

    private static BodyAuth claims(String tenantId, String principalId) {
        return new BodyAuth(Optional.of(tenantId), Optional.of(principalId), Optional.empty());
    }

    private static Caller caller() {
        return new Caller(
                Optional.of("tnt_a"),
                Optional.of("prn_a"),
                Set.of("runs:forward"),
                Optional.of("stk_b"),
                Optional.of("stk_c"),
                Optional.of("Bearer secret-token"),
                "req_1",
                "cor_1",
                Optional.empty(),
                Optional.empty());
    }

    private static Audited matter(String runId) {
        return new Audited() {
            @Override
            public Optional<String> auditResource() {
                return Optional.of(runId);
            }

            @Override
            public Map<String, Object> auditMeta() {
                return Map.of("attempts", 2);
            }
        };
    }
}
