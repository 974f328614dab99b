package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.ForwardsInFlight.Place;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardsInFlightTest {
    private static final String TENANT = "tnt_a";
    private static final Duration LONG = Duration.ofMinutes(10);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Peer b = peer("stk_b", OptionalInt.empty());
    private final Peer c = peer("stk_c", OptionalInt.empty());

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void shouldGivePlacesUpToThePeersCap() {
        // Given
        ForwardsInFlight inFlight = inFlight(2, 8, LONG, 1);

        // When
        List<CompletionStage<Place>> stages = enter(inFlight, b, 3);

        // Then
        assertThat(stages.stream().map(ForwardsInFlightTest::isDone)).containsExactly(true, true, false);
        assertThat(inFlight.at("stk_b")).isEqualTo(2);
        assertThat(inFlight.waitingFor("stk_b")).isEqualTo(1);
        assertThat(inFlight.isFull(b)).isTrue();
        assertThat(isDone(inFlight.enter(c, TENANT, () -> true))).isTrue();
    }

    @Test
    void shouldTakeThePeersOwnCap() {
        // Given
        ForwardsInFlight inFlight = inFlight(8, 8, LONG, 4);

        // Then
        assertThat(isDone(inFlight.enter(peer("stk_d", OptionalInt.of(1)), TENANT, () -> true)))
                .isTrue();
        assertThat(isDone(inFlight.enter(peer("stk_d", OptionalInt.of(1)), TENANT, () -> true)))
                .isFalse();
        assertThat(refusal(inFlight.enter(peer("stk_none", OptionalInt.of(0)), TENANT, () -> true))
                        .code())
                .isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
    }

    @Test
    void shouldLetAllInWhoWaitWhenAReloadHasMadeRoom() {
        // Given
        ForwardsInFlight inFlight = inFlight(8, 8, LONG, 8);
        Peer before = peer("stk_d", OptionalInt.of(1));
        Place first = place(inFlight.enter(before, TENANT, () -> true));
        List<CompletionStage<Place>> waiting = new ArrayList<>(enter(inFlight, before, 2));
        waiting.add(inFlight.enter(peer("stk_d", OptionalInt.of(3)), TENANT, () -> true));

        // When
        first.leave();

        // Then
        assertThat(waiting.stream().map(ForwardsInFlightTest::isDone)).containsExactly(true, true, true);
        assertThat(inFlight.at("stk_d")).isEqualTo(3);
    }

    @Test
    void shouldServeThoseWhoWaitInTheOrderTheyCame() {
        // Given
        ForwardsInFlight inFlight = inFlight(1, 8, LONG, 8);
        Place first = place(inFlight.enter(b, TENANT, () -> true));
        List<CompletionStage<Place>> waiting = enter(inFlight, b, 2);

        // When
        first.leave();

        // Then
        assertThat(waiting.stream().map(ForwardsInFlightTest::isDone)).containsExactly(true, false);
        place(waiting.get(0)).leave();
        place(waiting.get(1)).leave();
        assertThat(inFlight.all()).isZero();
    }

    @Test
    void shouldRefuseAtOnceWhenEnoughWait() {
        // Given
        ForwardsInFlight inFlight = inFlight(1, 8, LONG, 1);
        enter(inFlight, b, 2);

        // When
        FederationException refusal = refusal(inFlight.enter(b, TENANT, () -> true));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.details()).containsEntry("reason", "bulkhead_full");
        assertThat(refusal.headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void shouldRefuseThoseWhoWaitedInVain() {
        // Given
        ForwardsInFlight inFlight = inFlight(1, 8, Duration.ofMillis(20), 8);
        Place first = place(inFlight.enter(b, TENANT, () -> true));
        CompletionStage<Place> late = inFlight.enter(b, TENANT, () -> true);

        // When
        FederationException refusal = refusal(late);
        first.leave();

        // Then
        assertThat(refusal.details()).containsEntry("reason", "bulkhead_full");
        assertThat(inFlight.waitingFor("stk_b")).isZero();
        assertThat(inFlight.all()).isZero();
    }

    @Test
    void shouldGiveAPlaceInAllToWhoeverWaitedLongest() {
        // Given
        ForwardsInFlight inFlight = inFlight(2, 2, LONG, 8);
        Place first = place(inFlight.enter(b, TENANT, () -> true));
        place(inFlight.enter(b, TENANT, () -> true));
        CompletionStage<Place> ofB = inFlight.enter(b, TENANT, () -> true);
        CompletionStage<Place> ofC = inFlight.enter(c, TENANT, () -> true);
        CompletionStage<Place> nextOfC = inFlight.enter(c, TENANT, () -> true);

        // When
        first.leave();
        place(ofB).leave();

        // Then
        assertThat(isDone(ofC)).isTrue();
        assertThat(isDone(nextOfC)).isFalse();
    }

    @Test
    void shouldTurnAwayThoseWhoWaitWithoutARightToGoThere() {
        // Given
        AtomicBoolean allowed = new AtomicBoolean(true);
        ForwardsInFlight inFlight = inFlight(1, 8, LONG, 8);
        enter(inFlight, b, 1);
        CompletionStage<Place> revoked = inFlight.enter(b, TENANT, allowed::get);
        CompletionStage<Place> other = inFlight.enter(b, TENANT, () -> true);
        allowed.set(false);

        // When
        inFlight.endRevoked();

        // Then
        assertThat(refusal(revoked).details()).containsEntry("reason", "peer_revoked");
        assertThat(isDone(other)).isFalse();
        assertThat(inFlight.waitingFor("stk_b")).isEqualTo(1);
    }

    @Test
    void shouldSayThatPlacesInAllAreTaken() {
        // Given
        ForwardsInFlight inFlight = inFlight(2, 1, Duration.ZERO, 8);
        enter(inFlight, b, 1);

        // Then
        assertThat(refusal(inFlight.enter(c, TENANT, () -> true)).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private ForwardsInFlight inFlight(int perPeer, int inAll, Duration wait, int waiting) {
        ForwardSettings base = ForwardBench.settings(Path.of("."));
        return new ForwardsInFlight(
                new ForwardSettings(
                        base.indexFile(),
                        base.maxAttempts(),
                        base.baseBackoff(),
                        base.multiplier(),
                        base.jitter(),
                        base.maxBackoff(),
                        base.retryStatuses(),
                        base.deadline(),
                        base.attemptTimeout(),
                        base.connectTimeout(),
                        perPeer,
                        inAll,
                        wait,
                        waiting,
                        base.keyRetention(),
                        base.compactAfterEntries()),
                timer);
    }

    private static List<CompletionStage<Place>> enter(ForwardsInFlight inFlight, Peer peer, int times) {
        List<CompletionStage<Place>> stages = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            stages.add(inFlight.enter(peer, TENANT, () -> true));
        }
        return stages;
    }

    private static boolean isDone(CompletionStage<Place> stage) {
        return stage.toCompletableFuture().isDone();
    }

    private static Place place(CompletionStage<Place> stage) {
        assertThat(isDone(stage)).isTrue();
        return stage.toCompletableFuture().join();
    }

    @Test
    void shouldServeTheTenantWithTheFewestForwardsThereFirst() {
        // Given
        ForwardsInFlight inFlight = inFlight(2, 8, LONG, 8);
        Place first = place(inFlight.enter(b, "tnt_flood", () -> true));
        place(inFlight.enter(b, "tnt_flood", () -> true));
        CompletionStage<Place> ofFlood = inFlight.enter(b, "tnt_flood", () -> true);
        CompletionStage<Place> ofCalm = inFlight.enter(b, "tnt_calm", () -> true);

        // When
        first.leave();

        // Then
        assertThat(isDone(ofCalm)).isTrue();
        assertThat(isDone(ofFlood)).isFalse();
        place(ofCalm).leave();
        assertThat(isDone(ofFlood)).isTrue();
    }

    @Test
    void shouldServeTheTenantWithTheFewestForwardsInAllWhereAllPlacesAreTaken() {
        // Given
        ForwardsInFlight inFlight = inFlight(8, 2, LONG, 8);
        Place first = place(inFlight.enter(b, "tnt_flood", () -> true));
        place(inFlight.enter(b, "tnt_flood", () -> true));
        CompletionStage<Place> ofFlood = inFlight.enter(b, "tnt_flood", () -> true);
        CompletionStage<Place> ofCalm = inFlight.enter(c, "tnt_calm", () -> true);

        // When
        first.leave();

        // Then
        assertThat(isDone(ofCalm)).isTrue();
        assertThat(isDone(ofFlood)).isFalse();
    }

    @Test
    void shouldLetATenantTakeTheRoomOfOneThatHasAllOfIt() {
        // Given
        ForwardsInFlight inFlight = inFlight(1, 8, LONG, 2);
        Place first = place(inFlight.enter(b, "tnt_flood", () -> true));
        CompletionStage<Place> early = inFlight.enter(b, "tnt_flood", () -> true);
        CompletionStage<Place> late = inFlight.enter(b, "tnt_flood", () -> true);

        // When
        CompletionStage<Place> ofCalm = inFlight.enter(b, "tnt_calm", () -> true);
        FederationException another = refusal(inFlight.enter(b, "tnt_flood", () -> true));

        // Then
        assertThat(refusal(late).details()).containsEntry("reason", "bulkhead_full");
        assertThat(another.details()).containsEntry("reason", "bulkhead_full");
        assertThat(isDone(early)).isFalse();
        assertThat(inFlight.waitingFor("stk_b")).isEqualTo(2);
        first.leave();
        assertThat(isDone(early) || isDone(ofCalm)).isTrue();
    }

    private static FederationException refusal(CompletionStage<Place> stage) {
        Throwable failure = catchThrowable(() -> stage.toCompletableFuture().get(10, TimeUnit.SECONDS));
        return FederationException.in(failure).orElseThrow();
    }

    private static Peer peer(String stackId, OptionalInt concurrentForwards) {
        Peer.Limits limits = new Peer.Limits(Map.of(), concurrentForwards, OptionalInt.empty(), OptionalInt.empty());
        return new Peer(
                ForwardBench.info(stackId),
                URI.create("http://peer.example"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                limits,
                Peer.Quotas.NONE,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                Optional.empty(),
                true,
                false,
                Optional.empty());
    }
}
