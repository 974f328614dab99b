package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.agentos.federation.eventlog.IncomingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    @TempDir
    Path directory;

    @Test
    void shouldKeepTheFirstConflictsOfARunAndCountTheRest() throws Exception {
        // Given
        IncomingEvent conflict = event(RUN, "a", 1, "agentos.step", "\"payload\":2");
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("a", 1));
            for (int i = 0; i < Evidence.KEPT_PER_RUN; i++) {
                push(log, conflict);
            }
        }
        try (RocksEventLog log = EventLogs.open(directory)) {

            // When
            push(log, conflict, event("b", 1));
        }

        // Then
        try (LogStore store = LogStore.open(directory.resolve("rocksdb"), 1 << 20)) {
            Evidence evidence = new Evidence(store, InstantSource.fixed(Instant.EPOCH));
            byte[] first = store.get(Family.EVIDENCE, KeyCodec.evidence(1, 1));
            assertThat(evidence.count(1)).isEqualTo(Evidence.KEPT_PER_RUN + 2);
            assertThat(first).startsWith(1, 1, 1);
            assertThat(new String(first, 11, first.length - 11, StandardCharsets.UTF_8))
                    .isEqualTo(conflict.envelope().toString());
            assertThat(store.get(Family.EVIDENCE, KeyCodec.evidence(1, Evidence.KEPT_PER_RUN)))
                    .isNotNull();
            assertThat(store.get(Family.EVIDENCE, KeyCodec.evidence(1, Evidence.KEPT_PER_RUN + 1)))
                    .isNull();
        }
    }
}
