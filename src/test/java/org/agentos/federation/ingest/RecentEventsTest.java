package org.agentos.federation.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.agentos.federation.eventlog.MemoryEventLog;
import org.junit.jupiter.api.Test;

/** The marks of event ids: what is remembered, and that it is no more than the limit. */
class RecentEventsTest {
    private static final int LIMIT = 1000;
    /** Ids that the cache may not have looked at yet. */
    private static final int UNSEEN = 64;

    private final RecentEvents recent = new RecentEvents(LIMIT, new MemoryEventLog(100));

    @Test
    void shouldTakeAnIdOnce() {
        // Given
        boolean first = recent.add("tnt\u0000run\u0000evt");

        // When
        boolean second = recent.add("tnt\u0000run\u0000evt");

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
    }

    @Test
    void shouldForgetIdsOverTheLimit() {
        // When
        IntStream.range(0, 20 * LIMIT).forEach(n -> recent.add("evt_" + n));

        // Then
        long kept = IntStream.range(0, 20 * LIMIT)
                .filter(n -> recent.contains("evt_" + n))
                .count();
        assertThat(kept).isBetween((long) LIMIT / 2, (long) LIMIT + UNSEEN);
    }
}
