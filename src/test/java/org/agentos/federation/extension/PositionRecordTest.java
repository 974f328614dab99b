package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agentos.federation.component.EventLogHeaders;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** What stands in topics. */
class PositionRecordTest {
    private static final String RECORD =
            "{\"format\":1,\"owner\":\"o\",\"since\":\"2026-11-22T08:00:00Z\",\"first\":[\"7.0:b4bed5d0d1c5\",\"7.1:a\"],"
                    + "\"again\":[\"3.0:c\"]}";

    @Test
    void shouldWriteAndReadWhatIsPublished() {
        // When
        PositionRecord read = PositionRecord.decode(RECORD.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(read.owner()).isEqualTo("o");
        assertThat(read.published().first()).isEqualTo(List.of("7.0:b4bed5d0d1c5", "7.1:a"));
        assertThat(read.published().holds("3.0:c")).isTrue();
        assertThat(new String(read.encode(), StandardCharsets.UTF_8)).isEqualTo(RECORD);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThatThrownBy(() -> PositionRecord.decode("{\"format\":2}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the position topic's last record is of no format known here");
        assertThatThrownBy(() -> PositionRecord.decode("?".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the position topic's last record is not JSON");
    }

    @Test
    void shouldWriteAnEventUnderItsRunWithItsHeaders() {
        // Given
        Exchange exchange = Messages.event("run/\u00e9", "7.0", "{\"event\":{}}");
        exchange.getMessage().setHeader(EventLogHeaders.EVENT_TYPE, "a.b");

        // When
        KafkaEvent event = KafkaEvent.of(exchange.getMessage());
        ProducerRecord<byte[], byte[]> record = event.record("runs");

        // Then
        assertThat(record.topic()).isEqualTo("runs");
        assertThat(record.key()).asString(StandardCharsets.UTF_8).isEqualTo("tnt_demo/run%2F%C3%A9");
        assertThat(record.value()).asString(StandardCharsets.UTF_8).isEqualTo("{\"event\":{}}");
        assertThat(record.headers().toArray())
                .extracting(Header::key, header -> new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly(
                        tuple("AgentosEventId", "evt 1"),
                        tuple("AgentosEventType", "a.b"),
                        tuple("AgentosPosition", "7.0"),
                        tuple("AgentosRunId", "run/\u00e9"),
                        tuple("AgentosTenantId", "tnt_demo"));
        assertThat(event.mark()).matches("7\\.0:[0-9a-f]{12}");
    }

    @Test
    void shouldTakeEventsOfSubscriptionsOnly() {
        assertThatThrownBy(() -> KafkaEvent.of(Messages.of("{}").getMessage()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the message has no AgentosTenantId; only events can be published, in a route that takes them"
                                + " from event-log:NAME");
    }
}
