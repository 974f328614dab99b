package org.agentos.federation.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** The operators' routes as they ship. */
class OperatorRoutesTest {
    @Test
    void shouldExposeTheMetricsAsText() throws Exception {
        // Given
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.counter("agentos_test").increment();
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("meters", meters);
            for (String elsewhere : new String[] {"admitScraper", "countDenial", "recordRefusal"}) {
                camel.getRegistry().bind(elsewhere, (Processor) exchange -> {});
            }
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(
                            ResourceHelper.resolveResource(camel, "file:routes/errors/refuse-clearly.yaml"),
                            ResourceHelper.resolveResource(camel, "file:routes/api/serve-operators.yaml"));
            for (String other : new String[] {"report-readiness", "report-liveness", "describe-api"}) {
                ((ModelCamelContext) camel)
                        .removeRouteDefinition(((ModelCamelContext) camel).getRouteDefinition(other));
            }
            AdviceWith.adviceWith(camel, "expose-metrics", route -> route.replaceFromWith("direct:scrape"));
            camel.start();

            // When
            Exchange answer = camel.createProducerTemplate().send("direct:scrape", exchange -> {});

            // Then
            assertThat(answer.getException()).isNull();
            assertThat(answer.getMessage().getBody(String.class)).contains("agentos_test_total 1.0");
            assertThat(answer.getMessage().getHeader("Content-Type"))
                    .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        }
    }
}
