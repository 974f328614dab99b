package org.agentos.federation.subscription;

import static org.agentos.federation.subscription.LogFixture.OTHER;
import static org.agentos.federation.subscription.LogFixture.RUN;
import static org.agentos.federation.subscription.LogFixture.event;
import static org.agentos.federation.subscription.LogFixture.ids;
import static org.agentos.federation.subscription.LogFixture.push;
import static org.agentos.federation.subscription.LogFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.DeadLetter;
import org.agentos.federation.eventlog.store.LogCopy;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.subscription.HeldSink.Held;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionTest {
    @TempDir
    Path directory;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HeldSink sink = new HeldSink();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private RocksEventLog log;
    private Subscriptions subscriptions;

    @BeforeEach
    void open() {
        log = LogFixture.open(directory, clock);
        subscriptions = new Subscriptions(
                log.feed(), log.subscriptions(), log.epoch(), meters, clock, System::nanoTime, timers);
    }

    @AfterEach
    void close() {
        log.close();
        timers.shutdownNow();
    }

    @Test
    void shouldGiveOutOneEventOfARunAtATimeAndRunsBesideEachOther() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2), event(OTHER, 1), event(OTHER, 2));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {

            // When
            List<Held> first = sink.await(2);
            first.get(1).take();
            List<Held> second = sink.await(1);

            // Then
            assertThat(ids(sink.given))
                    .containsExactlyInAnyOrder(
                            "run_1-1",
                            "run_2-1",
                            first.get(1).delivery().eventId().replace("-1", "-2"));
            assertThat(second).singleElement().satisfies(held -> assertThat(
                            held.delivery().run())
                    .isEqualTo(first.get(1).delivery().run()));
            assertThat(open.status().inFlight()).isEqualTo(2);
        }
    }

    @Test
    void shouldGoOnWhereItWas() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2), event(OTHER, 1), event(OTHER, 2));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            for (Held held : sink.await(2)) {
                if (held.delivery().run().equals(OTHER)) {
                    held.take();
                }
            }
            sink.await(1).get(0).take();
            assertThat(open.drain(Duration.ZERO)).isFalse();
        }

        // When
        HeldSink next = new HeldSink();
        try (Subscription open = subscriptions.open(spec("crm"), next)) {
            push(log, event(OTHER, 3));
            next.takeUntilGiven(3);

            // Then
            assertThat(ids(next.given)).containsExactlyInAnyOrder("run_1-1", "run_1-2", "run_2-3");
            Awaits.until(() -> open.status().lagEntries() == 0);
        }
    }

    @Test
    void shouldNotRepeatWhatWasDoneBeforeAnEventThatIsStillOpenAfterTwoStarts() throws Exception {
        // Given
        push(log, event(RUN, 1), event(OTHER, 1));
        for (int start = 0; start < 2; start++) {
            HeldSink held = new HeldSink();
            try (Subscription open = subscriptions.open(spec("crm"), held)) {
                held.await(start == 0 ? 2 : 1).stream()
                        .filter(out -> out.delivery().run().equals(OTHER))
                        .forEach(Held::take);
            }
        }

        // When
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            push(log, event(RUN, 2));
            sink.takeUntilGiven(2);

            // Then
            assertThat(ids(sink.given)).containsExactly("run_1-1", "run_1-2");
        }
    }

    @Test
    void shouldBeginNow() throws Exception {
        // Given
        push(log, event(RUN, 1));
        SubscriptionSpec fromNow = spec("crm", StartFrom.parse("now"), EventFilter.ALL);
        subscriptions.open(fromNow, sink).close();
        push(log, event(RUN, 2)); // while nobody has it open

        // When
        try (Subscription open = subscriptions.open(fromNow, sink)) {
            sink.takeUntilGiven(1);

            // Then
            assertThat(ids(sink.given)).containsExactly("run_1-2");
        }
    }

    @Test
    void shouldBeginAtATime() throws Exception {
        // Given
        for (int i = 1; i <= 5; i++) {
            push(log, event(RUN, i));
            now = now.plusSeconds(60);
        }

        // When
        SubscriptionSpec since = spec("crm", StartFrom.parse("2026-01-01T01:02:30+01:00"), EventFilter.ALL);
        try (Subscription open = subscriptions.open(since, sink)) {
            sink.takeUntilGiven(2);

            // Then
            assertThat(ids(sink.given)).containsExactly("run_1-4", "run_1-5");
        }
    }

    @Test
    void shouldBeginAfterASequence() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2), event(RUN, 3), event(OTHER, 9));
        EventFilter run = new EventFilter(Optional.of("tnt_a"), Optional.of("run_1"), Allowance.ALL);

        // When
        try (Subscription open = subscriptions.open(spec("crm", StartFrom.parse("2"), run), sink)) {
            push(log, event(OTHER, 10), event(RUN, 4));
            sink.takeUntilGiven(2);

            // Then
            assertThat(ids(sink.given)).containsExactly("run_1-3", "run_1-4");
        }
    }

    @Test
    void shouldGiveOutOnlyWhatTheFilterWants() throws Exception {
        // Given
        push(
                log,
                event(RUN, 1, "agentos.run.started"),
                event(OTHER, 1, "agentos.run.started"),
                event(RUN, 2, "agentos.step"),
                event(RUN, 3, "agentos.run.failed"));
        EventFilter runsOfA =
                new EventFilter(Optional.of("tnt_a"), Optional.empty(), new Allowance(List.of("agentos.run.*")));

        // When
        try (Subscription open = subscriptions.open(spec("crm", StartFrom.parse("earliest"), runsOfA), sink)) {
            sink.takeUntilGiven(2);

            // Then
            Awaits.until(() -> open.status().lagEntries() == 0);
            assertThat(ids(sink.given)).containsExactly("run_1-1", "run_1-3");
            assertThat(sink.given.get(1).sequence()).hasValue(3);
        }
    }

    @Test
    void shouldKeepAnEventWhoseRouteFailedAndGoOnWithItsRun() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {

            // When
            sink.await(1).get(0).fail("no");
            sink.await(1).get(0).take();

            // Then
            assertThat(subscriptions.dead("crm", FeedPlace.START, 9))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.reason()).isEqualTo("java.lang.IllegalStateException: no");
                        assertThat(letter.envelope()).isEqualTo(event(RUN, 1).envelope());
                        assertThat(letter.attempts()).isEqualTo(1);
                    });
            assertThat(open.status().dead()).isEqualTo(1);
        }
    }

    @Test
    void shouldDeliverADeadLetterAgain() throws Exception {
        // Given
        push(log, event(RUN, 1));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.await(1).get(0).fail("no");
            Awaits.until(() -> open.status().dead() == 1 && open.status().inFlight() == 0);

            // When
            int failing = subscriptions.redrive("crm", subscriptions.deadPlaces("crm"));
            sink.await(1).get(0).fail("still not");
            Awaits.until(() -> open.status().inFlight() == 0);
            List<DeadLetter> between = subscriptions.dead("crm", FeedPlace.START, 9);
            subscriptions.redrive("crm", subscriptions.deadPlaces("crm"));
            Held last = sink.await(1).get(0);
            last.take();

            // Then
            assertThat(failing).isEqualTo(1);
            assertThat(between).extracting(DeadLetter::attempts).containsExactly(2);
            assertThat(between)
                    .extracting(DeadLetter::reason)
                    .first()
                    .asString()
                    .endsWith("still not");
            assertThat(last.delivery().attempt()).isEqualTo(3);
            Awaits.until(() -> open.status().dead() == 0);
            assertThat(subscriptions.deadPlaces("crm")).isEmpty();
        }
    }

    @Test
    void shouldStopRatherThanLoseWhenDeadLettersAreFullAndGoOnWhenSomeAreSkipped() throws Exception {
        // Given
        for (int i = 1; i <= 5; i++) {
            push(log, event(new RunKey("tnt_a", "run_" + i), 1));
        }
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.await(5).forEach(held -> held.fail("no"));
            Awaits.until(() -> open.status().state().startsWith("stopped: 3 dead letters"));
            push(log, event(RUN, 2));
            Awaits.until(() -> open.status().waiting() == 1);

            // When
            List<FeedPlace> dead = subscriptions.deadPlaces("crm");
            subscriptions.skip("crm", dead);
            sink.await(1).get(0).take();

            // Then
            assertThat(dead).hasSize(3);
            assertThat(subscriptions.deadPlaces("crm")).hasSize(2).doesNotContainAnyElementsOf(dead);
            assertThat(ids(sink.given)).endsWith("run_1-2").hasSize(6);
        }
    }

    @Test
    void shouldNotTakeARouteThatStopsForAVerdict() throws Exception {
        // Given
        push(log, event(RUN, 1));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            Held held = sink.await(1).get(0);
            open.pause();

            // When
            held.fail("the route is stopping");
            open.resume();

            // Then
            Delivery again = sink.await(1).get(0).delivery();
            assertThat(again.eventId()).isEqualTo("run_1-1");
            assertThat(again.attempt()).isEqualTo(2);
            assertThat(open.status().dead()).isZero();
        }
    }

    @Test
    void shouldHoldNoMoreThanItMay() throws Exception {
        // Given
        for (int sequence = 1; sequence <= 30; sequence++) {
            List<IncomingEvent> events = new ArrayList<>();
            for (int run = 0; run < 100; run++) {
                events.add(event(new RunKey("tnt_a", "run_" + run), sequence));
            }
            push(log, events.toArray(IncomingEvent[]::new));
        }

        // When
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.await(50);
            Awaits.until(() -> open.status().waiting() > Window.READ_AHEAD - Window.WORTH_READING);

            // Then
            assertThat(open.status().inFlight()).isEqualTo(50);
            assertThat(open.status().waiting()).isLessThanOrEqualTo(Window.READ_AHEAD);
            assertThat(sink.given).hasSize(50);
            assertThat(open.status().lagEntries()).isEqualTo(3000);
        }
    }

    @Test
    void shouldRefuseASecondConsumerOfOneName() throws Exception {
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            assertThatThrownBy(() -> subscriptions.open(spec("crm"), sink))
                    .hasMessage(
                            "two routes consume from event-log:crm; a subscription has one consumer, give each its own"
                                    + " name");
        }
        subscriptions.open(spec("crm"), sink).close();
    }

    @Test
    void shouldGoOnInARestoredLogWhereItWasAtTheBackup() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        deliver(2);
        Path copy = directory.resolve("copy");
        log.copyTo(copy);
        push(log, event(RUN, 3));
        deliver(3);
        log.close();
        LogCopy.adopt(LogFixture.settings(copy), clock, new SecureRandom());

        // When
        log = LogFixture.open(copy, clock);
        subscriptions = new Subscriptions(
                log.feed(), log.subscriptions(), log.epoch(), meters, clock, System::nanoTime, timers);
        push(log, event(RUN, 3), event(RUN, 4)); // what came in since is sent again
        deliver(5);

        // Then
        assertThat(ids(sink.given)).containsExactly("run_1-1", "run_1-2", "run_1-3", "run_1-3", "run_1-4");
    }

    private void deliver(int inAll) throws Exception {
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.takeUntilGiven(inAll);
            Awaits.until(() -> open.status().lagEntries() == 0);
        }
    }

    @Test
    void shouldCountWhatWasTakenOutBeforeItCame() throws Exception {
        // Given
        push(log, event(RUN, 1), event(OTHER, 1));
        log.delete(RUN).toCompletableFuture().get();

        // When
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.await(1).get(0).take();
            Awaits.until(() -> open.status().lagEntries() == 0);

            // Then
            assertThat(ids(sink.given)).containsExactly("run_2-1");
            assertThat(count("gone")).isEqualTo(1);
        }
    }

    @Test
    void shouldForgetOneThatNobodyHasOpen() throws Exception {
        // Given
        push(log, event(RUN, 1));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            sink.await(1).get(0).take();
            Awaits.until(() -> open.status().inFlight() == 0);
            assertThatThrownBy(() -> subscriptions.forget("crm")).hasMessageContaining("has subscription crm open");
        }

        // When
        subscriptions.forget("crm");

        // Then
        assertThat(subscriptions.list()).isEmpty();
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {
            assertThat(sink.await(1).get(0).delivery().eventId()).isEqualTo("run_1-1");
        }
    }

    @Test
    void shouldMeterWhatItDoes() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm"), sink)) {

            // When
            sink.await(1).get(0).fail("no");
            sink.await(1).get(0).take();
            Awaits.until(() -> open.status().lagEntries() == 0);

            // Then
            assertThat(count("delivered")).isEqualTo(1);
            assertThat(count("redelivered")).isEqualTo(2);
            assertThat(count("dead_lettered")).isEqualTo(1);
            assertThat(meters.get("agentos_federation_subscription_dead_letters")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
        assertThat(meters.getMeters()).isEmpty();
    }

    private double count(String what) {
        return meters.get("agentos_federation_subscription_" + what).counter().count();
    }
}
