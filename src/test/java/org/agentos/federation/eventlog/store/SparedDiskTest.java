package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.everything;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparedDiskTest {
    @TempDir
    Path directory;

    @Test
    void shouldWriteNothingToADiskThatIsNearlyFullAndGoOnWhenThereIsRoom() throws Exception {
        AtomicLong usable = new AtomicLong(SparedDisk.SPARE_BYTES);
        AtomicLong refusals = new AtomicLong();
        try (RocksEventLog log =
                EventLogs.open(directory, store -> new SparedDisk(store, usable::get, refusals::incrementAndGet))) {
            // When
            assertThatThrownBy(() -> push(log, event("a", 1)))
                    .satisfies(
                            failed -> assertThat(FederationException.in(failed)).isPresent());
            assertThatThrownBy(() -> log.delete(RUN).toCompletableFuture().get())
                    .satisfies(
                            failed -> assertThat(FederationException.in(failed)).isPresent());
            assertThat(refusals).hasValue(2);
            usable.addAndGet(1 << 10);

            // Then
            push(log, event("a", 1));
            assertThat(everything(log, RUN)).hasSize(1);
            assertThat(log.problem()).isEmpty();
        }
    }
}
