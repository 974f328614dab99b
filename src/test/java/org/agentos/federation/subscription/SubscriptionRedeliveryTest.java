package org.agentos.federation.subscription;

import static org.agentos.federation.subscription.LogFixture.OTHER;
import static org.agentos.federation.subscription.LogFixture.RUN;
import static org.agentos.federation.subscription.LogFixture.event;
import static org.agentos.federation.subscription.LogFixture.ids;
import static org.agentos.federation.subscription.LogFixture.push;
import static org.agentos.federation.subscription.LogFixture.redeliver;
import static org.agentos.federation.subscription.LogFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.DeadLetter;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.agentos.federation.subscription.HeldSink.Held;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events that their sink does not take. */
class SubscriptionRedeliveryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RedeliveryPolicy HOURLY = new RedeliveryPolicy(9, Duration.ofHours(1), 1, Duration.ofHours(1));

    @TempDir
    Path directory;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final InstantSource clock = () -> NOW;
    private final HeldSink sink = new HeldSink();
    private final AtomicLong skippedNanos = new AtomicLong();
    private RocksEventLog log;
    private Subscriptions subscriptions;

    @BeforeEach
    void open() {
        log = LogFixture.open(directory, clock);
        subscriptions = new Subscriptions(
                log.feed(),
                log.subscriptions(),
                log.epoch(),
                meters,
                clock,
                () -> System.nanoTime() + skippedNanos.get(),
                timers);
    }

    @AfterEach
    void close() {
        log.close();
        timers.shutdownNow();
    }

    @Test
    void shouldDeliverAgainBeforeTheNextOfTheRunAndLetOtherRunsGoOn() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm", HOURLY), sink)) {
            sink.await(1).get(0).fail("away");
            push(log, event(OTHER, 1), event(OTHER, 2));
            sink.await(1).get(0).take();
            sink.await(1).get(0).take();
            assertThat(ids(sink.given)).containsExactly("run_1-1", "run_2-1", "run_2-2");

            // When
            skippedNanos.addAndGet(Duration.ofHours(1).toNanos());
            sink.await(1).get(0).take();
            sink.await(1).get(0).take();

            // Then
            assertThat(ids(sink.given)).endsWith("run_1-1", "run_1-2").hasSize(5);
            assertThat(sink.given).extracting(Delivery::attempt).containsExactly(1, 1, 1, 2, 1);
            Awaits.until(() -> open.status().lagEntries() == 0);
            assertThat(open.status().retrying()).isZero();
            assertThat(subscriptions.deadPlaces("crm")).isEmpty();
        }
    }

    @Test
    void shouldGiveUpAnEventWhenItsRedeliveriesAreUsedUp() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm", redeliver(2)), sink)) {

            // When
            for (int delivery = 1; delivery <= 3; delivery++) {
                sink.await(1).get(0).fail("no");
            }
            sink.await(1).get(0).take();

            // Then
            Awaits.until(() -> open.status().lagEntries() == 0);
            assertThat(ids(sink.given)).containsExactly("run_1-1", "run_1-1", "run_1-1", "run_1-2");
            assertThat(subscriptions.dead("crm", FeedPlace.START, 9))
                    .extracting(DeadLetter::attempts)
                    .containsExactly(3);
        }
    }

    @Test
    void shouldGiveUpAtOnceWhatWasRefused() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm", HOURLY), sink)) {

            // When
            sink.await(1).get(0).refuse("unfit");

            // Then
            sink.await(1).get(0).take();
            Awaits.until(() -> open.status().dead() == 1);
        }
    }

    @Test
    void shouldWaitForASinkThatTakesNothingAndMakeNoDeadLetters() throws Exception {
        // Given
        for (int run = 1; run <= 20; run++) {
            push(log, event(new RunKey("tnt_a", "run_" + run), 1), event(new RunKey("tnt_a", "run_" + run), 2));
        }
        try (Subscription open = subscriptions.open(spec("crm", redeliver(2)), sink)) {
            sink.await(20).forEach(held -> held.fail("away"));

            // When
            for (int tries = 1; tries <= 50; tries++) {
                List<Held> tried = sink.await(1);
                assertThat(tried).hasSize(1);
                assertThat(open.status().inFlight()).isEqualTo(1);
                assertThat(open.status().state()).isEqualTo("retrying since 2026-01-01T00:00:00Z");
                assertThat(open.status().retrying()).isEqualTo(20);
                tried.get(0).fail("away");
            }
            sink.takeUntilGiven(20 + 50 + 40);

            // Then
            Awaits.until(() -> open.status().lagEntries() == 0);
            assertThat(open.status().state()).isEqualTo("running");
            assertThat(subscriptions.deadPlaces("crm")).isEmpty();
            assertThat(ids(sink.given.subList(70, 110))).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldMakeFewDeadLettersWhereOneRunIsAllThereIs() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2), event(RUN, 3), event(RUN, 4), event(RUN, 5), event(RUN, 6));
        SubscriptionSpec most =
                new SubscriptionSpec("crm", new StartFrom.Earliest(), EventFilter.ALL, 50, 100, redeliver(1));
        try (Subscription open = subscriptions.open(most, sink)) {

            // When
            for (int tries = 1; tries <= 50; tries++) {
                sink.await(1).get(0).fail("away");
            }

            // Then
            Held last = sink.await(1).get(0);
            assertThat(open.status().dead()).isEqualTo(SinkBreaker.TRIPS_AT - 1);
            assertThat(last.delivery().eventId()).isEqualTo("run_1-5");
            last.take();
            sink.await(1).get(0).take();
        }
    }

    @Test
    void shouldTryOneDeadLetterAtATimeWhenTheSinkTakesNone() throws Exception {
        // Given
        SubscriptionSpec most =
                new SubscriptionSpec("crm", new StartFrom.Earliest(), EventFilter.ALL, 50, 100, redeliver(9));
        for (int run = 1; run <= 20; run++) {
            push(log, event(new RunKey("tnt_a", "run_" + run), 1));
        }
        try (Subscription open = subscriptions.open(most, sink)) {
            sink.await(20).forEach(held -> held.refuse("unfit"));
            Awaits.until(() -> open.status().dead() == 20 && open.status().inFlight() == 0);

            // When
            subscriptions.redrive("crm", subscriptions.deadPlaces("crm"));
            List<Held> first = sink.await(20);
            first.subList(0, 10).forEach(held -> held.fail("away"));
            Awaits.until(() -> open.status().inFlight() == 10);
            subscriptions.redrive("crm", subscriptions.deadPlaces("crm"));
            first.subList(10, 19).forEach(held -> held.fail("away"));
            Held one = sink.await(1).get(0);
            Awaits.until(() -> open.status().inFlight() == 2);
            first.get(19).take();
            one.take();
            sink.takeUntilGiven(20 + 20 + 10);

            // Then
            Awaits.until(() -> open.status().dead() == 9);
            assertThat(subscriptions.deadPlaces("crm")).hasSize(9);
        }
    }

    @Test
    void shouldStopAtOnceWhileAnEventWaitsAndKnowAfterwardsHowOftenItFailed() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm", redeliver(9)), sink)) {
            sink.await(1).get(0).fail("away");
            sink.await(1).get(0).fail("away");
            Held third = sink.await(1).get(0);
            assertThat(open.status().retrying()).isEqualTo(1);
            assertThat(open.drain(Duration.ZERO)).isFalse();
            third.fail("the route stopped");
            assertThat(open.drain(Duration.ZERO)).isTrue();
        }

        // When
        assertThat(subscriptions.status("crm").orElseThrow().retrying()).isEqualTo(1);
        HeldSink next = new HeldSink();
        try (Subscription open = subscriptions.open(spec("crm", HOURLY), next)) {
            next.await(1).get(0).fail("away");
            Awaits.until(() -> open.status().inFlight() == 0);
            RetryingEvent waits = subscriptions.retrying("crm", 9).get(0);
            boolean drained = open.drain(Duration.ZERO);

            // Then
            assertThat(drained).isTrue();
            assertThat(next.given).extracting(Delivery::attempt).containsExactly(4);
            assertThat(waits.attempts()).isEqualTo(4);
            assertThat(waits.reason()).contains("away");
            assertThat(waits.sinceMillis()).isEqualTo(NOW.toEpochMilli());
            assertThat(Instant.ofEpochMilli(waits.nextMillis()))
                    .isBetween(NOW.plus(Duration.ofMinutes(50)), NOW.plus(Duration.ofHours(1)));
        }
    }

    @Test
    void shouldKnowAfterACrashHowOftenAnEventFailed() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        Subscription crashed = subscriptions.open(spec("crm", HOURLY), sink);
        sink.await(1).get(0).fail("away");
        Awaits.until(
                () -> !log.subscriptions().find("crm").orElseThrow().failed().isEmpty());
        log.close();
        crashed.close();

        // When
        open();
        HeldSink next = new HeldSink();
        try (Subscription open = subscriptions.open(spec("crm", HOURLY), next)) {
            next.await(1).get(0).take();
            next.await(1).get(0).take();

            // Then
            assertThat(next.given).extracting(Delivery::attempt).containsExactly(2, 1);
            Awaits.until(() -> log.subscriptions()
                    .find("crm")
                    .map(SubscriptionState::failed)
                    .orElseThrow()
                    .isEmpty());
        }
    }

    @Test
    void shouldNotDeliverWhatWasDeletedWhileItWaited() throws Exception {
        // Given
        push(log, event(RUN, 1), event(RUN, 2));
        try (Subscription open = subscriptions.open(spec("crm", HOURLY), sink)) {
            sink.await(1).get(0).fail("away");
            Awaits.until(() -> open.status().inFlight() == 0 && open.status().waiting() == 2);

            // When
            log.delete(RUN).toCompletableFuture().get();
            push(log, event(OTHER, 1));
            skippedNanos.addAndGet(Duration.ofHours(1).toNanos());
            sink.await(1).get(0).take();

            // Then
            Awaits.until(() -> open.status().lagEntries() == 0);
            assertThat(ids(sink.given)).containsExactly("run_1-1", "run_2-1");
            assertThat(open.status().dead()).isZero();
            assertThat(meters.get("agentos_federation_subscription_gone")
                            .counter()
                            .count())
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldForgetADeadLetterThatIsSkippedWhileItFailsAgain() throws Exception {
        // Given
        push(log, event(RUN, 1));
        try (Subscription open = subscriptions.open(spec("crm", LogFixture.NEVER), sink)) {
            sink.await(1).get(0).fail("no");
            Awaits.until(() -> open.status().dead() == 1 && open.status().inFlight() == 0);
            List<FeedPlace> dead = subscriptions.deadPlaces("crm");
            subscriptions.redrive("crm", dead);
            Held again = sink.await(1).get(0);

            // When
            subscriptions.skip("crm", dead);
            again.fail("still not");
            Awaits.until(() -> open.status().inFlight() == 0);

            // Then
            assertThat(subscriptions.deadPlaces("crm")).isEmpty();
            assertThat(open.status().dead()).isZero();
        }
    }

    @Test
    void shouldTakeOrBuryEachEventInItsOrderWhateverFails() throws Exception {
        // Given
        Random random = new Random(42);
        Map<RunKey, Integer> pushed = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            RunKey run = new RunKey("tnt_a", "run_" + random.nextInt(12));
            push(log, event(run, pushed.merge(run, 1, Integer::sum)));
        }
        SubscriptionSpec spec =
                new SubscriptionSpec("crm", new StartFrom.Earliest(), EventFilter.ALL, 5, 600, redeliver(2));
        List<String> taken = new ArrayList<>();

        // When
        try (Subscription open = subscriptions.open(spec, sink)) {
            Awaits.until(() -> {
                for (Held held : sink.poll()) {
                    if (random.nextInt(10) < 6) {
                        held.fail("no");
                    } else {
                        taken.add(held.delivery().eventId());
                        held.take();
                    }
                }
                return open.status().lagEntries() == 0;
            });
        }

        // Then
        List<String> dead = subscriptions.dead("crm", FeedPlace.START, 600).stream()
                .map(letter -> letter.run().runId() + "-" + letter.position().sequence())
                .toList();
        assertThat(dead).isNotEmpty().doesNotContainAnyElementsOf(taken);
        assertThat(taken).doesNotHaveDuplicates();
        assertThat(taken.size() + dead.size()).isEqualTo(600);
        Map<RunKey, Delivery> last = new HashMap<>();
        for (Delivery delivery : sink.given) {
            Delivery before = last.put(delivery.run(), delivery);
            boolean next = delivery.attempt() == 1;
            assertThat(delivery.sequence().orElseThrow())
                    .isEqualTo(before == null ? 1 : before.sequence().orElseThrow() + (next ? 1 : 0));
            assertThat(delivery.attempt()).isEqualTo(next ? 1 : before.attempt() + 1);
        }
    }
}
