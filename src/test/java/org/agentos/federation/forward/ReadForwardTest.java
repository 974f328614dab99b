package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class ReadForwardTest {
    @Test
    void shouldRefuseTwoKeysInTheHead() {
        // Given
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.add("Idempotency-Key", "key_1").add("idempotency-key", "key_2");
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty("caller", ForwardBench.caller("tnt_a", "prn_a"));
        exchange.setProperty(
                InboundRequest.PROPERTY,
                new InboundRequest("POST", "/", Map.of(), Set.of(), headers, "req_1", "cor_1", List.of()));
        exchange.getMessage().setBody(ForwardBench.BODY.getBytes(StandardCharsets.UTF_8));

        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class,
                () -> new ReadForward(InstantSource.system(), new Random(1)).process(exchange));

        // Then
        assertThat(refusal.details())
                .containsEntry("problems", List.of("the Idempotency-Key header is given more than once"));
    }
}
