package org.agentos.federation.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.MemoryEventLog;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.stream.ManualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which pushed batches wait for a mirror, for how long, and in which order they go into the log. */
class GapHoldsTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");

    private final MemoryEventLog log = new MemoryEventLog(1_000);
    private final ManualScheduler timers = new ManualScheduler();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> asked = new ArrayList<>();
    private boolean mirrored = true;
    private final GapHolds holds =
            new GapHolds(new HoldPorts(log, mirrors(), timers, Runnable::run, new HoldMeters(meters)));

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    @Test
    void shouldLetABatchThatLeavesNoGapBe() {
        // Given
        append(1, 2);

        // Then
        assertThat(push(3, 4)).isFalse();
        assertThat(push(1, 2)).isFalse();
        assertThat(push(0, 0)).isFalse();
        assertThat(log.watches()).isZero();
    }

    @Test
    void shouldGoOnOnceTheMirrorHasBroughtWhatIsMissing() {
        // Given
        append(1);
        assertThat(push(4, 5)).isTrue();

        // When
        append(2);
        assertThat(stored()).containsExactly(1L, 2L);
        append(3);

        // Then
        assertThat(stored()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(asked).containsExactly("waited filled=true");
        assertThat(count("filled")).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void shouldWaitForAGapInsideABatch() {
        // Given
        assertThat(push(1, 4)).isTrue();

        // When
        append(1, 2, 3);

        // Then
        assertThat(stored()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldAskThePeerAgainAndGoOnWhenTheTimeIsUp() {
        // Given
        append(1);
        assertThat(push(4)).isTrue();

        // When
        timers.expire();

        // Then
        assertThat(stored()).containsExactly(1L, 4L);
        assertThat(asked).containsExactly("readAgain", "waited filled=false");
        assertThat(count("time_up")).isEqualTo(1);
        assertNothingIsLeft();
    }

    @Test
    void shouldStoreLaterBatchesOfTheRunBehindTheOneThatWaits() {
        // Given
        append(1);
        push(4);
        push(7);
        push(5, 6);

        // When
        timers.expire();

        // Then: none came late
        assertThat(stored()).containsExactly(1L, 4L, 5L, 6L, 7L);
    }

    @Test
    void shouldLetEachBatchGoAsSoonAsItsOwnGapIsFilled() {
        // Given
        append(1);
        push(5);
        push(3);

        // When
        append(2);
        assertThat(stored()).containsExactly(1L, 2L, 3L);
        append(4);

        // Then
        assertThat(stored()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertNothingIsLeft();
    }

    @Test
    void shouldNotBeOvertakenByABatchThatComesWhileTheLastOneLeaves() {
        // Given: the batch that leaves is on its way to the log when the next comes, and no mirror is open any more
        append(1);
        List<Boolean> held = new ArrayList<>();
        holds.hold(RUN, sequences(4), () -> {
            mirrored = false;
            held.add(push(5));
            append(4);
        });

        // When
        timers.expire();

        // Then
        assertThat(held).containsExactly(true);
        assertThat(stored()).containsExactly(1L, 4L, 5L);
        assertNothingIsLeft();
    }

    @Test
    void shouldGoOnWithTheOthersWhereOneFails() {
        // Given
        append(1);
        holds.hold(RUN, sequences(3), () -> {
            throw new IllegalStateException("shutting down");
        });
        push(4);

        // When
        timers.expire();

        // Then
        assertThat(stored()).containsExactly(1L, 4L);
        assertNothingIsLeft();
    }

    @Test
    void shouldHoldNoMoreEventsOfARunThanTheLimit() {
        // Given
        append(1);
        long[] most = LongStream.range(10, 10 + GapHolds.MAX_EVENTS).toArray();
        assertThat(push(most)).isTrue();
        assertThat(stored()).containsExactly(1L);

        // When one more comes
        assertThat(push(5)).isTrue();

        // Then nothing waits any more
        assertThat(stored()).hasSize(2 + GapHolds.MAX_EVENTS).startsWith(1L, 5L, 10L);
        assertThat(count("full")).isEqualTo(2);
        assertNothingIsLeft();
    }

    @Test
    void shouldNotHoldABatchThatIsLargerThanTheLimit() {
        // Given
        long[] tooMany = LongStream.rangeClosed(10, 10 + GapHolds.MAX_EVENTS).toArray();

        // Then
        assertThat(push(tooMany)).isFalse();
    }

    @Test
    void shouldConcernOnlyRunsThatAreReadOrWaitedFor() {
        // Given
        append(1);
        assertThat(holds.concerns(RUN)).isTrue();
        push(4);
        mirrored = false;

        // Then
        assertThat(holds.concerns(RUN)).isTrue();
        timers.expire();
        assertThat(holds.concerns(RUN)).isFalse();
    }

    private GapFill mirrors() {
        return new GapFill() {
            @Override
            public boolean mayFill(RunKey run) {
                return mirrored;
            }

            @Override
            public void readAgain(RunKey run) {
                asked.add("readAgain");
            }

            @Override
            public void waited(RunKey run, boolean filled) {
                asked.add("waited filled=" + filled);
            }
        };
    }

    private boolean push(long... values) {
        return holds.hold(RUN, sequences(values), () -> append(values));
    }

    private static Sequences sequences(long... values) {
        return new Sequences(LongStream.of(values).filter(value -> value > 0).toArray(), values.length);
    }

    private void append(long... values) {
        List<IncomingEvent> events = LongStream.of(values)
                .mapToObj(value -> new IncomingEvent(RUN, "evt_" + value, value, "", envelope(value)))
                .toList();
        log.append(new Source(Origin.PUSHED, Optional.empty()), events);
    }

    private static ByteSlice envelope(long value) {
        return ByteSlice.of(("{\"event\":{\"event_id\":\"evt_" + value + "\"}}").getBytes(StandardCharsets.UTF_8));
    }

    private List<Long> stored() {
        return log.read(RUN, Position.START, 10_000, 1 << 20).events().stream()
                .map(event -> event.position().sequence())
                .toList();
    }

    private double count(String outcome) {
        return meters.get("agentos_federation_held_batches")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private void assertNothingIsLeft() {
        assertThat(log.watches()).isZero();
        assertThat(timers.pending()).isZero();
    }
}
