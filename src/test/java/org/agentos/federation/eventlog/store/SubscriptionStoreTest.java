package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.agentos.federation.eventlog.store.EventLogs.slice;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionStoreTest {
    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private FaultyStore faults;
    private RocksEventLog log;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                EventLogs.settings(directory), clock, new SecureRandom(), store -> faults = new FaultyStore(store));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldKnowHowFarASubscriptionIsAfterAnotherStart() throws Exception {
        // Given
        SubscriptionState state = state(7);
        await(log.subscriptions().save("crm", state));
        await(log.subscriptions().save("crm-2", state(9)));
        log.close();

        // When
        open();

        // Then
        assertThat(log.subscriptions().find("crm")).contains(state);
        assertThat(log.subscriptions().find("other")).isEmpty();
        assertThat(log.subscriptions().names(10)).containsExactly("crm", "crm-2");
    }

    @Test
    void shouldKeepTheDeadOfEachSubscriptionApart() throws Exception {
        // Given
        SubscriptionStore store = log.subscriptions();
        await(store.bury("crm", letter(9, 1, "late")));
        await(store.bury("crm", letter(2, 3, "early")));
        await(store.bury("crm-2", letter(5, 0, "other")));

        // When
        await(store.drop("crm", List.of(new FeedPlace(2, 3))));

        // Then
        assertThat(store.dead("crm", FeedPlace.START, 10)).containsExactly(letter(9, 1, "late"));
        assertThat(store.deadPlaces("crm-2")).containsExactly(new FeedPlace(5, 0));
        await(store.forget("crm-2"));
        assertThat(store.deadPlaces("crm-2")).isEmpty();
        assertThat(store.deadPlaces("crm")).hasSize(1);
    }

    @Test
    void shouldTellWhenNothingWasSaved() {
        // Given
        faults.failNextWrite();

        // When
        CompletionStage<Void> saved = log.subscriptions().save("crm", state(7));

        // Then
        assertThat(saved)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(FederationException.class);
        assertThat(log.subscriptions().find("crm")).isEmpty();
    }

    @Test
    void shouldGoWithACopyOfTheLog() throws Exception {
        // Given
        push(log, event("a", 1));
        await(log.subscriptions().save("crm", state(2)));
        Path copy = directory.resolve("copy");

        // When
        log.copyTo(copy);
        push(log, event("b", 2));
        await(log.subscriptions().save("crm", state(3)));
        LogCopy.adopt(EventLogs.settings(copy), clock, new SecureRandom());

        // Then
        try (RocksEventLog restored = EventLogs.open(copy)) {
            assertThat(restored.subscriptions().find("crm")).contains(state(2));
            assertThat(restored.feed().end()).isEqualTo(1);
        }
    }

    private static SubscriptionState state(long offset) {
        return new SubscriptionState(
                1,
                2,
                Position.START,
                0,
                3,
                new FeedPlace(offset, 0),
                List.of(new FeedPlace(1, 4)),
                List.of(new SubscriptionState.Failed(new FeedPlace(1, 4), 2, 3)));
    }

    private static DeadLetter letter(long offset, int index, String reason) {
        return new DeadLetter(new FeedPlace(offset, index), RUN, new Position(1, 0), 5, 1, reason, slice("{}"));
    }

    private static void await(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
