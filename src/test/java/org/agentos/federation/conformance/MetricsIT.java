package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The names that operators' dashboards and alerts are built on. */
class MetricsIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().deadPeer();

    @Test
    void shouldPrintForwardFailuresByReason() {
        // Given
        GATEWAY.process();

        // When
        GATEWAY.forward(Sample.forward("stk_dead", Sample.key()));
        GATEWAY.forward(Sample.forward("stk_nobody", Sample.key()));

        // Then
        assertThat(metrics())
                .contains(
                        "agentos_federation_forward_failures_total{reason=\"dependency_unavailable\",service=\"federation\"} 1.0\n")
                .contains(
                        "agentos_federation_forward_failures_total{reason=\"peer_not_found\",service=\"federation\"} 1.0\n")
                .contains("agentos_federation_forwards_in_flight 0.0\n")
                .contains("agentos_federation_forward_index_entries 0.0\n");
    }

    @Test
    void shouldPrintEventsByStatusAndOpenStreams() {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        String envelope = Sample.envelope(run, 1);

        // When
        GATEWAY.ingest(envelope, envelope, "{}");
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 1);

            // Then
            assertThat(metrics())
                    .contains("agentos_federation_events_total{origin=\"pushed\",status=\"accepted\"} 1.0\n")
                    .contains("agentos_federation_events_total{origin=\"pushed\",status=\"duplicate\"} 1.0\n")
                    .contains("agentos_federation_events_total{origin=\"pushed\",status=\"invalid\"} 1.0\n")
                    .contains("agentos_federation_streams_open 1.0\n")
                    .contains("agentos_federation_event_log_writable 1.0\n");
        }
    }

    @Test
    void shouldPrintNothingThatOperatorsAreNotToldOf() throws IOException {
        // Given
        String told = Files.readString(Path.of("docs/operations.md"));
        GATEWAY.process();
        GATEWAY.ingest("{\"event\":{\"event_id\":\"evt_1\",\"run_id\":\"run_1\",\"tenant_id\":\"tnt_other\"}}");
        GATEWAY.forward("{}");

        // When
        List<String> printed = metrics()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2].replaceAll("_seconds_max$", "_seconds"))
                .toList();

        // Then
        assertThat(printed).hasSizeGreaterThan(30).allSatisfy(name -> assertThat(told)
                .containsPattern("\\| [^|]*`" + name + "`"));
    }

    private static String metrics() {
        return GATEWAY.http().get("/metrics").send().text();
    }
}
