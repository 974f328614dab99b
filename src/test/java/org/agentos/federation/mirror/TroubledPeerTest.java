package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.EMPTY_TRIES;
import static org.agentos.federation.mirror.MirrorFixture.MAX_BACKOFF;
import static org.agentos.federation.mirror.MirrorFixture.RUN;
import static org.agentos.federation.mirror.MirrorFixture.event;
import static org.agentos.federation.mirror.MirrorFixture.peer;
import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.agentos.federation.mirror.MirrorFixture.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.agentos.federation.mirror.MirrorSupervisor.Interest;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are in trouble for a while: what that costs while it lasts, and that it leaves nothing behind. */
class TroubledPeerTest {
    private final MirrorFixture mirrors = new MirrorFixture();
    private final WirePeer peer = new WirePeer(mirrors.vertx);
    private final AtomicBoolean inTrouble = new AtomicBoolean(true);

    @AfterEach
    void close() {
        mirrors.close();
    }

    @Test
    void shouldForgetAnOutageOnceEventsComeAgain() {
        // Given: the peer was away for so long that it is asked at the slowest pace, and is read from now
        peer.onStream((request, wire) -> {
            if (inTrouble.get()) {
                wire.status(503, "");
            } else {
                wire.head().frame(event(1));
            }
        });
        MirroredRun run = run(peer(peer.baseUrl(), false, Peer.Token.NONE), "run_1");
        mirrors.directory.put(RUN, run);
        Interest reader = mirrors.supervisor.want(RUN);
        mirrors.sleepUntil(() -> peer.streams().size() > 4);
        inTrouble.set(false);
        mirrors.sleepUntil(() ->
                mirrors.supervisor.state(RUN).flatMap(MirrorState::lastEvent).isPresent());

        // When
        reader.close();
        mirrors.timers.advance(Duration.ofSeconds(1));
        mirrors.awaitPhase(Phase.IDLE);
        mirrors.supervisor.want(RUN);
        Duration slept = mirrors.sleepUntil(() -> mirrors.phase() == Phase.CONNECTED);

        // Then
        assertThat(slept).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    /** So that a peer which gives out no more streams still gets forwards. */
    @Test
    void shouldTakeABusyPeerForOneThatIsThere() {
        // Given
        peer.onStream((request, wire) -> wire.status(429, "Retry-After: 1\r\n"));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> peer.streams().size() > 2 * EMPTY_TRIES);

        // Then
        assertThat(mirrors.reached).isNotEmpty().containsOnly(true);
        assertThat(mirrors.ends).isEmpty();
        assertThat(mirrors.lastError()).isEqualTo("http_429");
    }

    @Test
    void shouldTryAgainSomeDayWhereNoTokenEverComes() {
        // Given: a run whose principal nobody knows, at a peer that refuses everything for a while
        peer.onStream((request, wire) -> {
            if (inTrouble.get()) {
                wire.status(401, "");
            } else {
                wire.head().frame(terminal(1)).end();
            }
        });
        MirroredRun known = run(peer.baseUrl());
        mirrors.supervisor.forwarded(new MirroredRun(RUN, known.peer(), known.eventsUrl(), Optional.empty()));
        mirrors.awaitPhase(Phase.WAITING_FOR_TOKEN);
        inTrouble.set(false);

        // When
        Duration slept = mirrors.timers.advanceToNext();

        // Then
        await().until(() -> mirrors.ends.contains(new MirrorEnd(Optional.of(RunEnd.COMPLETED), true)));
        assertThat(slept).isBetween(MAX_BACKOFF.multipliedBy(5), MAX_BACKOFF.multipliedBy(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"run\":"})
    void shouldGiveUpAStatusThatDoesNotEnd(String begun) {
        // Given
        peer.onStatus((request, wire) ->
                wire.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n" + begun));
        RunStatus status = new RunStatus(mirrors.calls, Duration.ofMillis(100));

        // When
        Optional<RunEnd> told = status.ask(run(peer.baseUrl()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        // Then
        assertThat(told).isEmpty();
        await().until(() -> peer.openConnections() == 0);
    }
}
