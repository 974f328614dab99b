package org.agentos.federation.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.settings.AuditSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditedCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path file;
    private AuditTrail trail;
    private AuditedCommands audited;
    private final List<String> done = new ArrayList<>();

    @BeforeEach
    void open() {
        file = folder.resolve("audit.log");
        trail = AuditTrail.open(
                new AuditSettings("file:" + file, Optional.empty(), 1L << 40, Duration.ZERO, 0),
                InstantSource.system());
        audited = new AuditedCommands(new OperatorRecords(trail, InstantSource.system(), new Random(1)));
    }

    @AfterEach
    void close() {
        trail.close();
    }

    @ParameterizedTest
    @CsvSource({
        "redrive orders all,federation.subscriptions.redrive,orders all",
        "skip orders 12.3,federation.subscriptions.skip,orders 12.3",
        "forget orders,federation.subscriptions.forget,orders"
    })
    void shouldRecordWhatChangesASubscription(String line, String action, String resource) throws IOException {
        // When
        ControlReply reply = audited.ofSubscriptions(this::succeed).apply(line);

        // Then
        assertThat(reply.done()).isTrue();
        assertThat(done).containsExactly(line);
        assertThat(records()).containsExactly(action + " " + resource + " allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "show orders", "forget", "nonsense orders"})
    void shouldRecordNoLook(String line) throws IOException {
        // When
        ControlReply unused = audited.ofSubscriptions(this::succeed).apply(line);

        // Then
        assertThat(done).containsExactly(line);
        assertThat(records()).isEmpty();
    }

    @Test
    void shouldRecordThatItWasNotDone() throws IOException {
        // Given
        Function<String, ControlReply> refusing = line -> ControlReply.refused(List.of("no"));
        Function<String, ControlReply> failing = line -> {
            throw new IllegalStateException("broken");
        };

        // When
        ControlReply unused = audited.ofSubscriptions(refusing).apply("forget orders");
        assertThatThrownBy(() -> audited.ofSubscriptions(failing).apply("skip orders all"))
                .hasMessage("broken");

        // Then
        assertThat(records())
                .containsExactly(
                        "federation.subscriptions.forget orders allowed",
                        "federation.subscriptions.forget orders failed",
                        "federation.subscriptions.skip orders all allowed",
                        "federation.subscriptions.skip orders all failed");
    }

    @Test
    void shouldNotDoWhatCannotBeRecorded() {
        // Given
        trail.close();

        // When
        ControlReply reply = audited.ofSubscriptions(this::succeed).apply("forget orders");

        // Then
        assertThat(reply.done()).isFalse();
        assertThat(done).isEmpty();
    }

    private ControlReply succeed(String line) {
        done.add(line);
        return ControlReply.done("done");
    }

    private List<String> records() throws IOException {
        List<String> records = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode record = JSON.readTree(line);
            records.add(
                    record.get("action").asText() + " " + record.get("resource").asText() + " "
                            + record.get("outcome").asText());
        }
        return records;
    }
}
