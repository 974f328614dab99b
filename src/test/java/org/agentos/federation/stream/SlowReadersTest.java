package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agentos.federation.settings.StreamSettings;
import org.junit.jupiter.api.Test;

/** What becomes of clients that take less than they are sent, tick by tick: a tick is a second here. */
class SlowReadersTest {
    private static final String STEP = "agentos.step.done";
    private static final int EVENTS = 4000;
    private static final int PATIENCE = 30;
    private static final int GRACE = 5;
    private static final int STUCK = 2;

    private final Gateway gateway = new Gateway();

    @Test
    void shouldEndAClientThatTakesNothingAndTellItWhereToGoOn() {
        // Given
        gateway.store(1, STEP);
        gateway.store(2, STEP);
        Client client = gateway.stream(Client.stalledAfter(2));
        gateway.store(3, STEP);
        String before = client.text();
        gateway.scheduler.ticks(PATIENCE - 1);
        assertThat(client.text()).isEqualTo(before);

        // When
        gateway.scheduler.ticks(1);

        // Then
        assertThat(client.text()).isEqualTo(before + end("slow_consumer", gateway.cursor(2)));
        assertThat(client.completed() || client.failed()).isFalse();
        assertThat(gateway.streams.openReaders()).isOne();
    }

    @Test
    void shouldLetAClientThatWakesUpTakeTheEndAndCutOneThatDoesNot() {
        // Given
        gateway.store(1, STEP);
        Client late = gateway.stream(Client.stalledAfter(1));
        Client dead = gateway.stream(Client.stalledAfter(1));
        gateway.scheduler.ticks(PATIENCE + GRACE);

        // When
        late.request(2);
        gateway.scheduler.tick();

        // Then
        assertThat(late.completed()).isTrue();
        assertThat(dead.failed()).isTrue();
        assertThat(late.text()).endsWith(end("slow_consumer", gateway.start()));
        assertThat(gateway.ended).containsExactly("slow_consumer", "slow_consumer");
        assertThatNothingIsHeld();
    }

    @Test
    void shouldHandOverTheRestOfAPieceBeforeTheEnd() {
        // Given
        storeMany();
        Client client = gateway.stream(Client.stalledAfter(8));

        // When
        gateway.scheduler.ticks(PATIENCE);

        // Then
        String[] frames = client.text().split("\n\n", -1);
        String last = frames[frames.length - 3];
        String cursor = last.substring(last.indexOf("id: ") + 4, last.indexOf("\ndata"));
        assertThat(client.text()).endsWith(end("slow_consumer", cursor));
        assertThat(List.of(frames).subList(1, frames.length - 2))
                .allMatch(frame -> frame.matches("event: agentos.event\nid: \\S+\ndata: \\{.*}"));
    }

    @Test
    void shouldEndAClientThatTricklesAndKeepOneThatIsMerelySlow() {
        // Given
        storeMany();
        Client trickling = gateway.stream(Client.stalledAfter(32));
        Client slow = gateway.stream(Client.stalledAfter(32));

        // When
        for (int second = 1; second <= 2 * PATIENCE; second++) {
            slow.request(2);
            if (second % 3 == 0) {
                trickling.request(1);
            }
            gateway.scheduler.tick();
        }

        // Then
        assertThat(trickling.text()).contains("{\"reason\":\"slow_consumer\"");
        assertThat(slow.text()).doesNotContain("agentos.end").hasSizeGreaterThan(100 << 10);
    }

    @Test
    void shouldNotMindAClientForWhomThereIsNothing() {
        // Given
        Client client = gateway.stream();

        // When
        for (int second = 0; second < 20 * PATIENCE; second++) {
            gateway.scheduler.tick();
        }
        gateway.store(1, STEP);

        // Then
        assertThat(client.text()).endsWith(frame(1)).doesNotContain("agentos.end");
    }

    @Test
    void shouldEndThoseStuckTheLongestWhenTooMuchIsHeldInAll() {
        // Given
        Gateway small = withBudget(36 << 10);
        storeMany(small);
        Client first = small.stream(Client.stalledAfter(8));
        small.scheduler.tick();
        Client second = small.stream(Client.stalledAfter(8));
        Client keepsUp = small.stream();

        // When
        small.scheduler.ticks(2);

        // Then
        assertThat(first.text()).contains("slow_consumer");
        assertThat(keepsUp.text()).doesNotContain("agentos.end").contains("\"evt_" + EVENTS + "\"");
        assertThat(second.text()).as("one is enough").doesNotContain("agentos.end");
        small.scheduler.ticks(PATIENCE + 2 * GRACE);
        assertThat(first.failed() && second.failed()).isTrue();
        assertThat(small.streams.heldBytes()).isZero();
    }

    @Test
    void shouldHoldNoMoreInAllHoweverManyDoNotRead() {
        // Given
        int limit = 96 << 10;
        Gateway small = withBudget(limit);
        storeMany(small);

        // When
        List<Client> clients = IntStream.range(0, 200)
                .mapToObj(i -> small.stream(Client.stalledAfter(8)))
                .toList();

        // Then
        assertThat(small.streams.heldBytes()).isLessThanOrEqualTo(2L * limit + BufferBudget.SMALL_PIECE);
        Client reading = small.stream();
        small.scheduler.ticks(3 * (PATIENCE + GRACE));
        assertThat(reading.text()).contains("\"evt_" + EVENTS + "\"").doesNotContain("agentos.end");
        assertThat(clients).allMatch(Client::failed);
    }

    /** The head of an answer goes out with the first piece: without it a client would not even know that it was let in. */
    @Test
    void shouldOpenAStreamWhileThereIsNoRoomForAnyEvent() {
        // Given
        Gateway small = withBudget(96 << 10);
        storeMany(small);
        fill(small, 96 << 10);

        // When
        Client newcomer = small.stream();

        // Then
        assertThat(newcomer.text()).startsWith("retry: ").doesNotContain("event: ");
    }

    @Test
    void shouldKeepAStreamAliveWhileThereIsNoRoomForAnyEvent() {
        // Given
        Gateway small = new Gateway(10, settings(Duration.ofSeconds(1), 32 << 10, 96 << 10), Runnable::run);
        storeMany(small);
        fill(small, 96 << 10);
        Client newcomer = small.stream();
        String opening = newcomer.text();

        // When
        small.scheduler.ticks(15);

        // Then
        assertThat(newcomer.text()).startsWith(opening).hasSizeGreaterThan(opening.length());
        assertThat(newcomer.text()).doesNotContain("event: ");
    }

    /** Who was stuck for two seconds has no grace where nothing can be read for anybody: those who read do not wait for it. */
    @Test
    void shouldServeThoseWhoReadWithinSecondsOfTheLastRoomBeingTaken() {
        // Given
        Gateway small = withBudget(96 << 10);
        storeMany(small);
        List<Client> stalled = fill(small, 96 << 10);
        Client reading = small.stream();

        // When
        small.scheduler.ticks(STUCK + 3); // taken last in the first, ended in the third, cut in the fourth

        // Then
        assertThat(reading.text()).contains("\"evt_" + EVENTS + "\"").doesNotContain("agentos.end");
        assertThat(stalled).anyMatch(Client::failed);
        small.scheduler.ticks(PATIENCE + 2 * GRACE);
        assertThat(stalled).allMatch(Client::failed);
        assertThat(small.streams.heldBytes()).isZero();
    }

    /** Frames that are made once for all readers are held by each of them. */
    @Test
    void shouldTakeSmallPiecesNearTheLimitAlsoOfFramesThatAreShared() {
        // Given
        StreamSettings settings = settings(Duration.ofSeconds(15), 256 << 10, 512 << 10);
        Gateway shared = new Gateway(EVENTS, settings, Runnable::run);
        Gateway alone = new Gateway(EVENTS, settings, Runnable::run);
        storeMany(shared);
        storeMany(alone);

        // When
        for (int i = 0; i < 12; i++) {
            stopReading(shared);
            stopReading(alone, "types=agentos.*");
        }

        // Then
        assertThat(shared.streams.heldBytes()).isEqualTo(alone.streams.heldBytes());
    }

    @Test
    void shouldEndStreamsAfterTheirLifetimeNotAllAtOnce() {
        // Given
        gateway.store(1, STEP);
        List<Client> clients = List.of(gateway.stream(), gateway.stream(), gateway.stream());
        gateway.scheduler.ticks(3239);
        assertThat(clients).noneMatch(Client::completed);
        List<Integer> lives = new ArrayList<>();

        // When
        for (int second = 3240; second <= 3600; second++) {
            gateway.scheduler.tick();
            while (lives.size() < clients.stream().filter(Client::completed).count()) {
                lives.add(second);
            }
        }

        // Then
        assertThat(lives).hasSize(3).doesNotHaveDuplicates();
        assertThat(clients).allMatch(client -> client.text().endsWith(end("max_lifetime", gateway.cursor(1))));
        assertThatNothingIsHeld();
    }

    @Test
    void shouldEndAReaderWhenItsTokenExpires() {
        // Given
        gateway.store(1, STEP);
        gateway.validUntil = gateway.now.plusSeconds(60);
        Client client = gateway.stream();
        var page = gateway.ask("Accept: application/json", "from=latest", "wait_ms=30000");
        gateway.now = gateway.validUntil.minusMillis(1);
        gateway.scheduler.tick();
        assertThat(client.completed() || page.isDone()).isFalse();

        // When
        gateway.now = gateway.validUntil;
        gateway.scheduler.tick();

        // Then
        assertThat(client.text()).endsWith(end("token_expired", gateway.cursor(1)));
        assertThat(client.completed()).isTrue();
        assertThat(((Answer.Page) page.join()).json().toString())
                .contains("\"events\":[]", "\"next_cursor\":\"" + gateway.cursor(1) + "\"");
        assertThat(gateway.ended).containsExactly("token_expired");
        assertThatNothingIsHeld();
    }

    @Test
    void shouldSpreadTheEndsOverTheDrain() {
        // Given
        Gateway many = new Gateway(10, Gateway.settings(500, 500, 64 << 10), Runnable::run);
        many.store(1, STEP);
        List<Client> clients =
                IntStream.range(0, 200).mapToObj(i -> many.stream()).toList();

        // When
        many.streams.endAll(EndReason.DRAINING, Duration.ofSeconds(2));

        // Then
        int steps = 0;
        for (; !clients.stream().allMatch(Client::completed); steps++) {
            assertThat(clients.stream().filter(Client::completed).count()).isBetween(2L * steps, 2L * (steps + 1));
            many.scheduler.expire();
        }
        assertThat(steps).isEqualTo(99);
        assertThat(clients).allMatch(client -> client.text().endsWith(end("draining", many.cursor(1))));
        assertThat(many.streams.openReaders()).isZero();
    }

    /** Clients that stop reading, until no event is read for anybody. */
    private static List<Client> fill(Gateway gateway, int limit) {
        List<Client> clients = new ArrayList<>();
        while (gateway.streams.heldBytes() < 2L * limit) {
            clients.add(stopReading(gateway));
        }
        return clients;
    }

    /** A client that takes the opening, or its system does, and nothing after that. */
    private static Client stopReading(Gateway gateway, String... query) {
        Client client = gateway.stream(Client.stalledAfter(8), query);
        client.request(1);
        return client;
    }

    private static Gateway withBudget(int bytes) {
        return new Gateway(10, settings(Duration.ofSeconds(15), 32 << 10, bytes), Runnable::run);
    }

    private static StreamSettings settings(Duration heartbeat, int bufferBytes, int bytesInAll) {
        return new StreamSettings(
                heartbeat, 1000, 1000, bufferBytes, bytesInAll, Duration.ofSeconds(PATIENCE), Duration.ofHours(1));
    }

    private void storeMany() {
        storeMany(gateway);
    }

    private static void storeMany(Gateway gateway) {
        for (int sequence = 1; sequence <= EVENTS; sequence++) {
            gateway.store(sequence, STEP);
        }
    }

    private void assertThatNothingIsHeld() {
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.streams.heldBytes()).isZero();
        assertThat(gateway.log.watches()).isZero();
    }

    private String frame(long sequence) {
        return "event: agentos.event\nid: " + gateway.cursor(sequence) + "\ndata: " + envelope("evt_" + sequence, STEP)
                + "\n\n";
    }

    private static String end(String reason, String cursor) {
        return "event: agentos.end\ndata: {\"reason\":\"" + reason + "\",\"cursor\":\"" + cursor + "\"}\n\n";
    }
}
