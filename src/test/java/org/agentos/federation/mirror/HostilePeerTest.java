package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.EMPTY_TRIES;
import static org.agentos.federation.mirror.MirrorFixture.IDLE;
import static org.agentos.federation.mirror.MirrorFixture.MAX_BACKOFF;
import static org.agentos.federation.mirror.MirrorFixture.RUN;
import static org.agentos.federation.mirror.MirrorFixture.event;
import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.agentos.federation.mirror.MirrorFixture.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.net.NetServerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One run, and a peer that does its worst: what the log holds afterwards, and how often the peer was asked. */
class HostilePeerTest {
    private static final MirrorEnd COMPLETED = new MirrorEnd(Optional.of(RunEnd.COMPLETED), true);

    private final MirrorFixture mirrors = new MirrorFixture();
    private final WirePeer peer = new WirePeer(mirrors.vertx);

    @AfterEach
    void close() {
        mirrors.close();
    }

    @Test
    void shouldStoreTheBytesThatCameAndEndAtTheTerminalEvent() {
        // Given
        peer.onStream((request, wire) ->
                wire.head().frame(event(1)).frame(event(2)).frame(terminal(3)).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.envelopes(RUN)).containsExactly(event(1), event(2), terminal(3));
        assertThat(peer.streams()).hasSize(1);
        assertThat(peer.statuses()).isEmpty();
        assertThat(mirrors.supervisor.working()).isZero();
    }

    @Test
    void shouldHangUpAfterTheTerminalEvent() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(terminal(1)));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED) && peer.openConnections() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "reset"})
    void shouldGoOnFromTheLogAfterEachCut(String how) {
        // Given
        WirePeer peer = how.equals("reset") ? resettingPeer() : this.peer;
        peer.onStream((request, wire) -> {
            long next = request.fromSequence() + 1;
            wire.head().frame(next < 5 ? event(next) : terminal(next)).send("event: agentos.event\ndata: {\"ev");
            mirrors.vertx.setPeriodic(
                    5,
                    timer -> { // a reset takes along what is not read yet
                        if (mirrors.log.sequences(RUN).contains(next) && mirrors.vertx.cancelTimer(timer)) {
                            wire.cut();
                        }
                    });
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        Duration slept = mirrors.sleepUntil(() -> mirrors.ends.contains(COMPLETED));

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(peer.streams()).extracting(WirePeer.Request::fromSequence).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(slept).isLessThan(Duration.ofMillis(4 * 500 + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void shouldReadAStreamThatComesByteByByte(String lineEnd) {
        // Given
        String stream = ": hello\n\nid: 1\nevent: agentos.event\ndata: " + event(1) + "\n\ndata: "
                + terminal(2).replace(",", ",\ndata: ") + "\n\n";
        peer.onStream((request, wire) ->
                wire.head().sendByteByByte(stream.replace("\n", lineEnd)).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.envelopes(RUN))
                .containsExactly(event(1), terminal(2).replace(",", ", "));
    }

    @Test
    void shouldStoreOnceWhatComesTwiceOrOutOfOrder() {
        // Given
        peer.onStream((request, wire) -> wire.head()
                .frame(event(1))
                .frame(event(1))
                .frame(event(3))
                .frame(event(2))
                .frame(event(1))
                .frame(terminal(4))
                .end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 3L, 4L);
        assertThat(mirrors.count("events", "status", "duplicate")).isEqualTo(2);
        assertThat(mirrors.count("events", "status", "late")).isEqualTo(1);
    }

    /** What the reference orchestrator does: each stream tells the same again, and nothing keeps its id. */
    @Test
    void shouldKeepTheFirstOfEachSequenceHoweverIdsChange() {
        // Given
        peer.onStream((request, wire) -> {
            wire.head();
            for (int sequence = 1; sequence <= 3; sequence++) {
                wire.frame(event(sequence).replace("evt_", "evt_" + request.number() + "_"));
            }
            if (request.number() == 2) {
                wire.frame(terminal(4));
            }
            wire.end();
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> mirrors.ends.contains(COMPLETED));

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(mirrors.log.ids(RUN)).containsExactly("evt_0_1", "evt_0_2", "evt_0_3", "evt_4");
        assertThat(peer.streams()).hasSize(3);
    }

    @Test
    void shouldGoOnAfterEachCutOfAStreamThatComesByteByByte() {
        // Given: each stream is cut some bytes later than the one before
        String stream = "data: " + event(1) + "\n\ndata: " + terminal(2) + "\n\n";
        peer.onStream((request, wire) -> {
            int length = request.number() * 16;
            wire.head().sendByteByByte(stream.substring(0, Math.min(length, stream.length())));
            if (length < stream.length()) {
                wire.cut();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> mirrors.ends.contains(COMPLETED));

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L);
        assertThat(peer.streams()).hasSize(stream.length() / 16 + 2);
    }

    @Test
    void shouldStoreBareEventsAsEnvelopes() {
        // Given
        String bare = terminal(1).substring("{\"event\":".length(), terminal(1).length() - 1);
        peer.onStream((request, wire) -> wire.head().frame(bare).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.envelopes(RUN)).containsExactly(terminal(1));
    }

    @Test
    void shouldAskAForgetfulPeerLessAndLessAndThenEnd() {
        // Given: no cursor, one event per connection, a new id and sequence 1 each time, no terminal event
        answerLikeTheRealStackA();
        peer.status("running");

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        Duration slept = mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then: the first connection brought something, then come the empty tries, at 0.5, 0.5, 2, 8, 30, 30 s or less
        assertThat(mirrors.ends).containsExactly(MirrorEnd.UPSTREAM_ENDED);
        assertThat(mirrors.log.ids(RUN)).containsExactly("evt_new_0");
        assertThat(peer.streams()).hasSize(1 + EMPTY_TRIES);
        assertThat(slept).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(71));
        assertThat(mirrors.count("events", "status", "conflict")).isEqualTo(EMPTY_TRIES);
    }

    @Test
    void shouldAskAForgetfulPeerAHandfulOfTimesAMinute() {
        // Given
        List<Duration> asked = new CopyOnWriteArrayList<>();
        Instant start = mirrors.timers.instant();
        peer.onStream((request, wire) -> {
            asked.add(Duration.between(start, mirrors.timers.instant()));
            wire.head()
                    .frame(event(1).replace("evt_1", "evt_new_" + request.number()))
                    .end();
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(asked.stream().filter(at -> at.compareTo(Duration.ofMinutes(1)) < 0))
                .hasSizeLessThanOrEqualTo(7);
        assertThat(asked.get(asked.size() - 1).minus(asked.get(asked.size() - 2)))
                .isGreaterThanOrEqualTo(MAX_BACKOFF.dividedBy(2));
    }

    @Test
    void shouldEndByTheStatusOnceNothingIsLeft() {
        // Given
        answerLikeTheRealStackA();
        peer.status("failed");

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(mirrors.ends).containsExactly(new MirrorEnd(Optional.of(RunEnd.FAILED), false));
        assertThat(mirrors.ends.get(0).reason()).isEqualTo("run_failed");
        assertThat(peer.streams()).hasSize(2);
        assertThat(peer.statuses()).hasSize(1);
        assertThat(peer.statuses().get(0).target()).isEqualTo("/v1/runs/run_1");
    }

    @Test
    void shouldFetchWhatTheStatusHasOvertaken() {
        // Given: the run ends between the end of the stream and the question for its status
        peer.status("completed");
        peer.onStream((request, wire) -> {
            if (request.fromSequence() < 3) {
                wire.head().frame(event(request.fromSequence() + 1)).end();
            } else {
                wire.head().end();
            }
        });

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 2L, 3L);
        assertThat(mirrors.ends).containsExactly(new MirrorEnd(Optional.of(RunEnd.COMPLETED), false));
    }

    @Test
    void shouldTryAgainSlowlyForALaterReader() {
        // Given
        answerLikeTheRealStackA();
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());
        int asked = peer.streams().size();

        // When
        MirrorSupervisor.Interest reader = mirrors.supervisor.want(RUN);
        Duration slept = mirrors.sleepUntil(() -> mirrors.ends.size() == 2);

        // Then
        assertThat(peer.streams()).hasSize(asked + 1);
        assertThat(slept).isGreaterThanOrEqualTo(MAX_BACKOFF.dividedBy(2));
        reader.close();
    }

    @Test
    void shouldAskForTheStatusAllTenSecondsWhileAReaderWaits() {
        // Given: pauses have grown to the longest
        AtomicInteger refused = new AtomicInteger();
        peer.onStream((request, wire) -> {
            wire.head().cut();
            refused.incrementAndGet();
        });
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> refused.get() > 8);
        mirrors.awaitPhase(Phase.BACKING_OFF);
        assertThat(peer.statuses()).isEmpty();

        // When
        MirrorSupervisor.Interest reader = mirrors.supervisor.want(RUN);
        mirrors.sleepUntil(() -> peer.statuses().size() == 1);
        peer.status("canceled");
        Duration slept = mirrors.sleepUntil(() -> peer.statuses().size() == 2);

        // Then
        assertThat(slept).isLessThanOrEqualTo(Duration.ofSeconds(30));
        reader.close();
    }

    @Test
    void shouldCutALineWithoutEnd() {
        // Given
        peer.onStream(
                (request, wire) -> wire.head().frame(event(1)).send("data: ").send("x".repeat(18 << 20)));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.BACKING_OFF);

        // Then
        assertThat(mirrors.lastError()).isEqualTo("line_too_long");
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L);
        await().until(() -> peer.openConnections() <= 1); // the one of the status call is kept alive
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ndata: "})
    void shouldReadOnAfterAnEventOfAnySize(String every100kB) {
        // Given
        String huge = event(2).replace("evt_2", ("x".repeat(100_000) + every100kB).repeat(80));
        peer.onStream((request, wire) ->
                wire.head().frame(event(1)).frame(huge).frame(terminal(3)).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.sequences(RUN)).containsExactly(1L, 3L);
        assertThat(peer.streams()).hasSize(1);
        assertThat(mirrors.count("skipped_frames", "reason", "too_large")).isEqualTo(1);
    }

    @Test
    void shouldSkipWhatIsNotAnEventOfTheRunAskedFor() {
        // Given
        peer.onStream((request, wire) -> wire.head()
                .frame(event(1).replace("tnt_a", "tnt_b"))
                .frame(event(2).replace("run_1", "run_2"))
                .frame("{\"event\":")
                .frame("[1]")
                .frame(event(3).replace("evt_3", "x".repeat(300 * 1024)))
                .send("event: agentos.end\ndata: {\"reason\":\"max_lifetime\"}\n\n")
                .frame(terminal(4))
                .end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> mirrors.ends.contains(COMPLETED));
        assertThat(mirrors.log.sequences(RUN)).containsExactly(4L);
        assertThat(mirrors.count("skipped_frames", "reason", "other_tenant")).isEqualTo(1);
        assertThat(mirrors.count("skipped_frames", "reason", "other_run")).isEqualTo(1);
        assertThat(mirrors.count("skipped_frames", "reason", "not_an_event")).isEqualTo(2);
        assertThat(mirrors.count("skipped_frames", "reason", "too_large")).isEqualTo(1);
    }

    @Test
    void shouldSlowDownAfterThreeAttemptsThatDoNotConnect() {
        // Given
        peer.onStream((request, wire) -> wire.status(503, "Retry-After: 0\r\n"));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        Duration first = mirrors.sleepOnce();
        await().until(() -> peer.streams().size() == 2);
        Duration second = mirrors.sleepOnce();
        await().until(() -> peer.streams().size() == 3);
        Duration third = mirrors.sleepOnce();

        // Then
        assertThat(first).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(second).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
        assertThat(third).isBetween(MAX_BACKOFF.dividedBy(2), MAX_BACKOFF);
    }

    @Test
    void shouldNeverEndARunWhosePeerIsAway() {
        // Given
        peer.onStream((request, wire) -> wire.status(503, ""));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.sleepUntil(() -> peer.streams().size() > 2 * EMPTY_TRIES);

        // Then
        assertThat(mirrors.ends).isEmpty();
        assertThat(mirrors.lastError()).isEqualTo("http_503");
    }

    @Test
    void shouldCutAPeerThatFallsSilent() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(event(request.fromSequence() + 1)));
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        await().until(() -> mirrors.log.sequences(RUN).size() == 1);
        mirrors.awaitPhase(Phase.CONNECTED);

        // When
        mirrors.timers.advance(IDLE);
        mirrors.awaitPhase(Phase.BACKING_OFF);

        // Then
        assertThat(mirrors.lastError()).isEqualTo("idle");
        mirrors.sleepUntil(() -> mirrors.log.sequences(RUN).size() == 2);
    }

    @Test
    void shouldCountAPeerThatNeverAnswersAsUnreachable() {
        // Given
        peer.onStream((request, wire) -> {});
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        await().until(() -> peer.streams().size() == 1);

        // When
        mirrors.timers.advance(IDLE);

        // Then
        mirrors.awaitPhase(Phase.BACKING_OFF);
        assertThat(mirrors.lastError()).isEqualTo("no_answer");
        await().until(() -> peer.openConnections() == 0);
    }

    @Test
    void shouldNotFollowARedirect() {
        // Given
        try (WirePeer elsewhere = new WirePeer(mirrors.vertx)) {
            String location = "Location: " + elsewhere.baseUrl() + "/v1/runs/run_1/events\r\n";
            peer.onStream((request, wire) -> wire.status(302, location));

            // When
            mirrors.supervisor.forwarded(run(peer.baseUrl()));
            mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

            // Then
            assertThat(elsewhere.streams()).isEmpty();
            assertThat(peer.streams()).hasSize(EMPTY_TRIES);
            assertThat(mirrors.lastError()).isEqualTo("http_302");
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Encoding: gzip, compressed", "Content-Type: text/html, not_an_event_stream"})
    void shouldRefuseWhatItCannotRead(String header, String error) {
        // Given
        peer.onStream((request, wire) -> wire.raw("HTTP/1.1 200 OK\r\n" + header + "\r\n"
                + (header.startsWith("Content-Type") ? "" : "Content-Type: text/event-stream\r\n")
                + "Content-Length: 2\r\n\r\nxx"));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.BACKING_OFF);

        // Then
        assertThat(mirrors.lastError()).isEqualTo(error);
    }

    @Test
    void shouldNotCallAnUrlOutsideThePeersBase() {
        // Given
        try (WirePeer elsewhere = new WirePeer(mirrors.vertx)) {
            MirroredRun pinned = run(peer.baseUrl());
            URI foreign = URI.create(elsewhere.baseUrl() + "/v1/runs/run_1/events");

            // When
            mirrors.supervisor.forwarded(new MirroredRun(RUN, pinned.peer(), foreign, Optional.empty()));
            mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

            // Then
            assertThat(elsewhere.streams()).isEmpty();
            assertThat(peer.streams()).isEmpty();
            assertThat(mirrors.lastError()).isEqualTo("url_not_allowed");
        }
    }

    private WirePeer resettingPeer() {
        return new WirePeer(mirrors.vertx, new NetServerOptions().setSoLinger(0));
    }

    private void answerLikeTheRealStackA() {
        peer.onStream((request, wire) -> wire.head()
                .frame(event(1).replace("evt_1", "evt_new_" + request.number()))
                .end());
    }
}
