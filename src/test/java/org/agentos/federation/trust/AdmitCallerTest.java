package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.settings.Profile;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class AdmitCallerTest {
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final AdmitCaller admitForward = new AdmitCaller(
            new Admission(
                    Profile.DEV,
                    Optional.empty(),
                    new PeerIdentity(TestPeers.registry(), () -> TestTokens.NOW),
                    Optional.empty()),
            Access.FORWARD);

    @Test
    void shouldSetCallerFromRequestAndBody() {
        // Given
        exchange.setProperty("request", request(Map.of()));
        exchange.setProperty(
                "bodyAuth", new BodyAuth(Optional.of("tnt_a"), Optional.of("prn_a"), Optional.of(Set.of())));

        // When
        admitForward.process(exchange);

        // Then
        Caller caller = exchange.getProperty("caller", Caller.class);
        assertThat(caller.tenantId()).contains("tnt_a");
        assertThat(caller.principalId()).contains("prn_a");
    }

    @Test
    void shouldLeaveNoCallerBehindWhenItRefuses() {
        // Given
        exchange.setProperty("request", request(Map.of()));
        exchange.setProperty("caller", "somebody");

        // When / Then
        assertThatExceptionOfType(FederationException.class)
                .isThrownBy(() -> admitForward.process(exchange))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
        assertThat(exchange.getProperty("caller")).isNull();
    }

    @Test
    void shouldJudgeNothingWithoutRequest() {
        assertThatIllegalStateException().isThrownBy(() -> admitForward.process(exchange));
    }

    private static InboundRequest request(Map<String, String> headers) {
        return new InboundRequest("POST", "/", Map.of(), headers, "req_1", "cor_1");
    }
}
