package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFileTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteTheFormOfTheReference() throws Exception {
        // When
        Path file = IndexFile.write(directory.resolve("index.json"), 2, "stk_x", URI.create("http://127.0.0.1:1"));

        // Then
        assertThat(Json.parse(Files.readAllBytes(file)))
                .isEqualTo(Json.parse(
                        "[{\"tenant_id\":\"tnt_demo\",\"run_id\":\"run_old_0\",\"remote_stack_id\":\"stk_x\","
                                + "\"remote_events_url\":\"http://127.0.0.1:1/v1/runs/run_old_0/events\"},"
                                + "{\"tenant_id\":\"tnt_demo\",\"run_id\":\"run_old_1\",\"remote_stack_id\":\"stk_x\","
                                + "\"remote_events_url\":\"http://127.0.0.1:1/v1/runs/run_old_1/events\"}]"));
    }

    @Test
    void shouldWriteAnEmptyIndex() throws Exception {
        assertThat(IndexFile.write(directory.resolve("index.json"), 0, "stk_x", URI.create("http://127.0.0.1:1")))
                .hasContent("[]");
    }
}
