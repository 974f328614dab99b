package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.EMPTY_TRIES;
import static org.agentos.federation.mirror.MirrorFixture.IDLE;
import static org.agentos.federation.mirror.MirrorFixture.RUN;
import static org.agentos.federation.mirror.MirrorFixture.TOTAL;
import static org.agentos.federation.mirror.MirrorFixture.event;
import static org.agentos.federation.mirror.MirrorFixture.replayingPeer;
import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.agentos.federation.mirror.MirrorFixture.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that streams from where it is asked to, as another gateway does. */
class ReplayingPeerTest {
    private final MirrorFixture mirrors = new MirrorFixture();
    private final WirePeer peer = new WirePeer(mirrors.vertx);

    @AfterEach
    void close() {
        mirrors.close();
    }

    @Test
    void shouldGoOnByTheLastIdOfTheStream() {
        // Given: ids that come with an event, alone, and unfinished
        peer.onStream((request, wire) -> {
            switch (request.number()) {
                case 0 ->
                    wire.head()
                            .send("id: cur_0\n\nid: cur_1\ndata: " + event(1) + "\n\nid: cur_x\n")
                            .cut();
                case 1 -> wire.head().send("id: cur_2\n: hb\n\n").cut();
                default -> wire.head().frame(terminal(2)).end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(peer.streams())
                .extracting(request -> request.header("Last-Event-ID"))
                .containsExactly(null, "cur_1", "cur_2");
        assertThat(peer.streams())
                .extracting(WirePeer.Request::target)
                .containsExactly(
                        "/v1/runs/run_1/events?on_gap=continue&from_sequence=0",
                        "/v1/runs/run_1/events?on_gap=continue&from_sequence=1",
                        "/v1/runs/run_1/events?on_gap=continue&from_sequence=1");
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L);
    }

    @Test
    void shouldNotSendAnIdToAPeerThatDoesNotSayItReplays() {
        // Given
        peer.onStream((request, wire) -> {
            if (request.number() == 0) {
                wire.head().send("id: 1\ndata: " + event(1) + "\n\n").cut();
            } else {
                wire.head().frame(terminal(2)).end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(peer.streams()).allSatisfy(request -> assertThat(request.header("Last-Event-ID"))
                .isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\u00e9", "\u0001"})
    void shouldNotSendAnIdThatIsNoHeader(String id) {
        // Given
        peer.onStream((request, wire) -> {
            if (request.number() == 0) {
                wire.head().send("id: " + id + "\ndata: " + event(1) + "\n\n").cut();
            } else {
                wire.head().frame(terminal(2)).end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(peer.streams().get(1).header("Last-Event-ID")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 410})
    void shouldGoOnBySequenceWhereTheIdIsNotKnownAnyMore(int status) {
        // Given
        peer.onStream((request, wire) -> {
            if (request.number() == 0) {
                wire.head().send("id: cur_1\ndata: " + event(1) + "\n\n").cut();
            } else if (request.header("Last-Event-ID") != null) {
                wire.status(status, "");
            } else {
                wire.head().frame(terminal(2)).end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(peer.streams()).hasSize(3);
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L);
        assertThat(peer.statuses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"draining", "max_lifetime", "slow_consumer", "token_expired", "log_replaced"})
    void shouldNotTakeTheEndOfAStreamForTheEndOfTheRun(String reason) {
        // Given
        peer.onStream((request, wire) -> wire.head()
                .send("event: agentos.end\ndata: {\"reason\":\"" + reason + "\",\"cursor\":\"c\"}\n\n")
                .end());

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> peer.streams().size() > 2 * EMPTY_TRIES);

        // Then
        assertThat(mirrors.ends).isEmpty();
        await().until(() -> mirrors.lastError().equals(reason)); // the stream just opened has none yet
    }

    @Test
    void shouldEndAsThePeersStreamTells() {
        // Given: the end is known at the peer by the status alone
        peer.onStream((request, wire) -> wire.head()
                .send("event: agentos.end\ndata: {\"reason\":\"run_canceled\",\"cursor\":\"c\"}\n\n")
                .end());

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(mirrors.ends).containsExactly(new MirrorEnd(Optional.of(RunEnd.CANCELED), false));
        assertThat(peer.streams()).hasSize(2);
        assertThat(peer.statuses()).isEmpty();
    }

    @Test
    void shouldRenewAConnectionThatIsOldHoweverMuchItBrings() {
        // Given
        AtomicReference<WirePeer.Wire> wire = new AtomicReference<>();
        peer.onStream((request, answer) -> wire.set(answer.head().frame(event(request.fromSequence() + 1))));
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.awaitPhase(Phase.CONNECTED);

        // When an event comes twice a minute
        long sequence = 1;
        for (Duration age = Duration.ZERO; age.compareTo(TOTAL) < 0; age = age.plus(IDLE.dividedBy(2))) {
            long last = sequence++;
            await().until(() -> mirrors.log.sequences(RUN).contains(last));
            assertThat(peer.streams()).hasSize(1);
            mirrors.timers.advance(IDLE.dividedBy(2));
            wire.get().frame(event(sequence));
        }
        mirrors.sleepUntil(() -> peer.streams().size() == 2);

        // Then
        assertThat(mirrors.count("connections", "outcome", "renewed")).isEqualTo(1);
        assertThat(mirrors.lastError()).isEmpty();
    }

    @Test
    void shouldAskOnceMoreForWhatTheStreamSkips() {
        // Given
        peer.onStream((request, wire) -> {
            if (request.number() == 0) {
                wire.head()
                        .send("id: a\ndata: " + event(1) + "\n\nid: b\ndata: " + event(4) + "\n\nid: c\ndata: "
                                + event(5) + "\n\n");
            } else {
                wire.head()
                        .frame(event(2))
                        .frame(event(3))
                        .frame(event(4))
                        .frame(terminal(5))
                        .end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(peer.streams()).extracting(WirePeer.Request::fromSequence).containsExactly(0L, 1L);
        assertThat(peer.streams().get(1).header("Last-Event-ID"))
                .as("the id lies behind the gap")
                .isNull();
    }

    @Test
    void shouldTakeTheGapThatThePeerLeavesAgainAndAskMoreSeldom() {
        // Given: a producer whose sequences are not dense
        AtomicReference<WirePeer.Wire> wire = new AtomicReference<>();
        peer.onStream((request, answer) -> {
            wire.set(answer);
            answer.head();
            for (long sequence = 10; sequence <= 50; sequence += 10) {
                if (sequence > request.fromSequence()) {
                    answer.frame(event(sequence));
                }
            }
        });

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        mirrors.sleepUntil(() -> mirrors.log.sequences(RUN).size() == 5);

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(10L, 20L, 30L, 40L, 50L);
        assertThat(peer.streams()).extracting(WirePeer.Request::fromSequence).containsExactly(0L, 10L);

        // When the rest is over, it is asked once more, in vain again
        mirrors.timers.advance(Duration.ofSeconds(5));
        wire.get().frame(event(70));
        mirrors.sleepUntil(() -> peer.streams().size() == 3);
        await().until(() -> mirrors.phase() == Phase.CONNECTED);
        wire.get().frame(event(70));
        await().until(() -> mirrors.log.sequences(RUN).size() == 6);
        mirrors.timers.advance(Duration.ofSeconds(9));
        wire.get().frame(event(90));

        // Then
        await().until(() -> mirrors.log.sequences(RUN).size() == 7);
        assertThat(peer.streams()).hasSize(3);
    }

    @Test
    void shouldNotAskForAGapThatThePeerTells() {
        // Given
        peer.onStream((request, wire) -> wire.head()
                .frame(event(1))
                .send("event: agentos.gap\ndata: {\"reason\":\"retention\"}\n\n")
                .frame(event(4))
                .frame(terminal(5))
                .end());

        // When
        mirrors.supervisor.forwarded(run(replayingPeer(peer.baseUrl()), "run_1"));
        await().until(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 4L, 5L);
        assertThat(peer.streams()).hasSize(1);
    }

    /** The id is in memory only; such a peer then sends everything again, once. */
    @Test
    void shouldNeitherLoseNorLoopAfterARestartAtAPeerThatKnowsIdsAlone() {
        // Given
        peer.onStream((request, wire) -> {
            String id = request.header("Last-Event-ID");
            wire.head();
            for (int sequence = id == null ? 1 : Integer.parseInt(id) + 1; sequence <= 4; sequence++) {
                wire.send("id: " + sequence + "\ndata: " + event(sequence) + "\n\n");
            }
            if (request.number() < 3) {
                wire.end();
            } else {
                wire.frame(terminal(5)).end();
            }
        });
        MirroredRun run = run(replayingPeer(peer.baseUrl()), "run_1");
        JsonEnvelopeReader reader = new JsonEnvelopeReader(1024);
        for (int sequence = 1; sequence <= 2; sequence++) {
            EnvelopeReader.Reading read =
                    reader.read(RUN, event(sequence).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            mirrors.log.take(run, java.util.List.of(((EnvelopeReader.Reading.Usable) read).event()));
        }

        // When
        mirrors.supervisor.resume(java.util.List.of(run));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(peer.streams())
                .extracting(request -> request.header("Last-Event-ID"))
                .containsExactly(null, "4", "4", "4");
    }
}
