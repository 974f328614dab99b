package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSettingsTest {
    @TempDir
    Path directory;

    @Test
    void shouldNameThePropertyThatIsWrong() {
        assertWrong(
                new String[] {"", "runs", "id", "id.position"}, "brokers must be HOST:PORT, comma separated if more");
        assertWrong(
                new String[] {"a:1", "no topic", "id", "id.position"}, "topic must be 1 to 249 of A-Z a-z 0-9 . _ -");
        assertWrong(new String[] {"a:1", "runs", " ", "p"}, "transactionalId must name this gateway");
        assertWrong(
                new String[] {"a:1", "runs", "gw 1", "gw 1.position"},
                "positionTopic must be 1 to 249 of A-Z a-z 0-9 . _ -");
        assertWrong(
                new String[] {"a:1", "runs", "id", "runs"},
                "positionTopic must be another topic than that of the events");
        assertThatThrownBy(() -> new KafkaSettings("a:1", "runs", "id", "p", Map.of("acks", "1")))
                .hasMessage(
                        "the Kafka publisher's property clientProperties names a file with acks, which is not to be set there");
        assertThatThrownBy(() -> KafkaSettings.read(directory.resolve("none").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clientProperties cannot be read", "none");
    }

    private static void assertWrong(String[] values, String what) {
        assertThatThrownBy(() -> new KafkaSettings(values[0], values[1], values[2], values[3], Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the Kafka publisher's property " + what);
    }

    @Test
    void shouldTakeConnectionsAndLimitsFromAFileAndTheRestFromNobody() throws IOException {
        // Given
        Path file = Files.writeString(
                directory.resolve("client.properties"),
                "security.protocol=SASL_SSL\nmax.block.ms=5\nsasl.password=secret\n");

        // When
        KafkaSettings settings = new KafkaSettings("a:1", "runs", "id", "p", KafkaSettings.read(file.toString()));

        // Then
        assertThat(settings.producer())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("max.block.ms", "5")
                .containsEntry("request.timeout.ms", 5_000)
                .containsEntry("transactional.id", "id")
                .containsEntry("acks", "all");
        assertThat(settings.consumer())
                .containsEntry("isolation.level", "read_committed")
                .doesNotContainKey("transactional.id");
        assertThat(settings.toString()).doesNotContain("secret").contains("topic runs at a:1");
    }
}
