package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class SignWebhookTest {
    /** The example of Standard Webhooks and of its libraries' tests. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final SignWebhook step = new SignWebhook(InstantSource.fixed(Instant.ofEpochSecond(1614265330)));

    @Test
    void shouldSignAsTheStandardsExample() throws Exception {
        step.setSecret(SECRET);

        String signature = step.signature(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "1614265330",
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void shouldNameTheEventByTenantRunAndIdInPlainCharacters() throws Exception {
        // Given
        step.setSecret(SECRET);
        Exchange exchange = Messages.event("run/\u00e9", "1.0", "{}");

        // When
        step.process(exchange);

        // Then
        assertThat(exchange.getMessage().getHeader("Idempotency-Key")).isEqualTo("tnt_demo/run%2F%C3%A9/evt%201");
        assertThat(exchange.getMessage().getHeader("webhook-id")).isEqualTo("tnt_demo/run%2F%C3%A9/evt%201");
        assertThat(exchange.getMessage().getHeader("webhook-timestamp")).isEqualTo("1614265330");
        assertThat(exchange.getMessage().getHeader("webhook-signature", String.class))
                .startsWith("v1,");
    }

    @Test
    void shouldRefuseASecretThatIsNoneWithoutRepeatingIt() {
        assertThatThrownBy(() -> step.setSecret("hunter2"))
                .hasMessage("the webhook's secret does not begin with whsec_");
        assertThatThrownBy(() -> step.setSecret("whsec_***"))
                .hasMessage("the webhook's secret is not Base64 after whsec_");
        assertThatThrownBy(() -> step.setSecret("whsec_aHVudGVyMg=="))
                .hasMessage("the webhook's secret has 7 bytes, it needs 24");
        assertThatThrownBy(() -> step.process(Messages.event("run_1", "1.0", "{}")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no secret");
    }
}
