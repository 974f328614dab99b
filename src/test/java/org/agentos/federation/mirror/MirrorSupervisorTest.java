package org.agentos.federation.mirror;

import static org.agentos.federation.mirror.MirrorFixture.RUN;
import static org.agentos.federation.mirror.MirrorFixture.caller;
import static org.agentos.federation.mirror.MirrorFixture.event;
import static org.agentos.federation.mirror.MirrorFixture.peer;
import static org.agentos.federation.mirror.MirrorFixture.peerOfStreams;
import static org.agentos.federation.mirror.MirrorFixture.run;
import static org.agentos.federation.mirror.MirrorFixture.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.agentos.federation.mirror.MirrorSupervisor.Interest;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ClientTls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which runs are mirrored when, on whose behalf, and that nothing is left behind. */
class MirrorSupervisorTest {
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final List<MirrorFixture> opened = new ArrayList<>();
    private MirrorFixture mirrors = open(new MirrorFixture());
    private final WirePeer peer = new WirePeer(mirrors.vertx);

    @AfterEach
    void close() {
        opened.forEach(MirrorFixture::close);
    }

    @Test
    void shouldSayWhoAsksForWhat() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(terminal(1)).end());
        mirrors.tokens.offer(peer(peer.baseUrl(), true, Peer.Token.CALLER), caller("Bearer t1"));

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        WirePeer.Request request = peer.streams().get(0);
        assertThat(request.target()).isEqualTo("/v1/runs/run_1/events?from_sequence=0");
        assertThat(request.header("Accept")).isEqualTo("text/event-stream");
        assertThat(request.header("Accept-Encoding")).isEqualTo("identity");
        assertThat(request.header("X-Tenant-Id")).isEqualTo("tnt_a");
        assertThat(request.header("X-Principal-Id")).isEqualTo("usr_p");
        assertThat(request.header("Authorization")).isEqualTo("Bearer t1");
        assertThat(request.header("X-Request-Id")).matches("req_[0-9a-f]{16}");
        assertThat(request.header("X-Correlation-Id")).isEqualTo(request.header("X-Request-Id"));
        assertThat(request.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    @Test
    void shouldRunAsThisStackWhereThePrincipalIsNotKnown() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(terminal(1)).end());
        MirroredRun known = run(peer.baseUrl());

        // When
        mirrors.supervisor.forwarded(new MirroredRun(RUN, known.peer(), known.eventsUrl(), Optional.empty()));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(peer.streams().get(0).header("X-Principal-Id")).isEqualTo("stack:stk_own");
        assertThat(peer.streams().get(0).header("Authorization")).isNull();
    }

    @Test
    void shouldWaitForANewTokenAfterA401() {
        // Given
        MirroredRun run = run(peer.baseUrl());
        peer.onStream((request, wire) -> {
            if ("Bearer good".equals(request.header("Authorization"))) {
                wire.head().frame(terminal(1)).end();
            } else {
                wire.status(401, "");
            }
        });
        mirrors.tokens.offer(run.peer(), caller("Bearer bad"));
        mirrors.supervisor.forwarded(run);
        mirrors.awaitPhase(Phase.WAITING_FOR_TOKEN);

        // When
        mirrors.tokens.offer(run.peer(), caller("Bearer good"));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(peer.streams())
                .extracting(request -> request.header("Authorization"))
                .containsExactly("Bearer bad", "Bearer good");
    }

    @Test
    void shouldHoldOneUpstreamForManyReadersAndNoneWhenTheyLeave() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(event(1)));
        knownOnDemand(run(peer(peer.baseUrl(), false, Peer.Token.NONE), "run_1"));

        // When
        List<Interest> readers = IntStream.range(0, 200)
                .mapToObj(i -> mirrors.supervisor.want(RUN))
                .toList();
        mirrors.awaitPhase(Phase.CONNECTED);

        // Then
        assertThat(mirrors.supervisor.open()).isEqualTo(1);
        assertThat(peer.streams()).hasSize(1);

        // When they leave
        readers.forEach(Interest::close);
        mirrors.timers.advance(LINGER);

        // Then
        await().until(() -> mirrors.supervisor.open() == 0 && peer.openConnections() == 0);
        assertThat(mirrors.supervisor.working()).isZero();
        assertThat(mirrors.timers.pending()).isZero();
    }

    @Test
    void shouldKeepTheUpstreamForAReaderWhoComesBackAtOnce() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(event(1)));
        knownOnDemand(run(peer(peer.baseUrl(), false, Peer.Token.NONE), "run_1"));
        Interest first = mirrors.supervisor.want(RUN);
        mirrors.awaitPhase(Phase.CONNECTED);

        // When
        first.close();
        first.close();
        mirrors.supervisor.want(RUN);
        mirrors.timers.advance(LINGER);

        // Then
        mirrors.awaitPhase(Phase.CONNECTED);
        assertThat(peer.streams()).hasSize(1);
    }

    @Test
    void shouldNotStartOnForwardWhereThePeerIsMirroredOnDemand() {
        // When
        mirrors.supervisor.forwarded(run(peer(peer.baseUrl(), false, Peer.Token.NONE), "run_1"));

        // Then
        assertThat(mirrors.supervisor.state(RUN)).isEmpty();
    }

    @Test
    void shouldIgnoreAReaderOfARunThatWasNeverForwarded() {
        // When
        Interest reader = mirrors.supervisor.want(RUN);

        // Then
        assertThat(mirrors.supervisor.state(RUN)).isEmpty();
        reader.close();
    }

    @Test
    void shouldNotConnectForARunThatIsSealed() {
        // Given
        mirrors.log.take(
                run(peer.baseUrl()),
                List.of(new IncomingEvent(RUN, "evt_9", 9, "agentos.run.failed", envelope(terminal(9)))));

        // When
        mirrors.supervisor.resume(List.of(run(peer.baseUrl())));

        // Then
        await().until(() -> mirrors.ends.contains(new MirrorEnd(Optional.of(RunEnd.FAILED), true)));
        assertThat(peer.streams()).isEmpty();
    }

    @Test
    void shouldGoOnAfterARestartFromWhatTheLogHas() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(terminal(8)).end());
        mirrors.log.take(run(peer.baseUrl()), List.of(new IncomingEvent(RUN, "evt_7", 7, "", envelope(event(7)))));

        // When
        mirrors.supervisor.resume(List.of(run(peer.baseUrl())));

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(peer.streams().get(0).fromSequence()).isEqualTo(7);
        assertThat(mirrors.log.sequences(RUN)).containsExactly(7L, 8L);
    }

    @Test
    void shouldOpenNoMoreUpstreamsThanAllowed() {
        // Given
        use(new MirrorFixture(2, ClientTls.NONE, null));
        Peer stack = peer(peer.baseUrl(), true, Peer.Token.NONE);
        ConcurrentLinkedQueue<WirePeer.Wire> wires = new ConcurrentLinkedQueue<>();
        peer.onStream((request, wire) -> wires.add(wire.head()));

        // When
        mirrors.supervisor.resume(IntStream.rangeClosed(1, 5)
                .mapToObj(i -> run(stack, "run_" + i))
                .toList());
        await().until(() -> wires.size() == 2);

        // Then
        await().until(() -> queued() == 3);
        assertThat(mirrors.supervisor.open()).isEqualTo(2);

        // When one of them closes
        wires.poll().cut();

        // Then the next has its turn
        await().until(() -> peer.streams().size() == 3 && queued() == 2);
        assertThat(mirrors.supervisor.open()).isEqualTo(2);
    }

    @Test
    void shouldOpenNoMoreUpstreamsToAPeerThanItTakes() {
        // Given
        Peer stack = peerOfStreams(peer.baseUrl(), 3);
        peer.onStream((request, wire) -> wire.head());

        // When
        mirrors.supervisor.resume(IntStream.rangeClosed(1, 5)
                .mapToObj(i -> run(stack, "run_" + i))
                .toList());

        // Then
        await().until(() -> peer.streams().size() == 3 && queued() == 2);
        assertThat(mirrors.supervisor.open()).isEqualTo(3);
    }

    @Test
    void shouldHoldThePeerBackWhileTheSinkIsBusy() {
        // Given
        CompletableFuture<Void> diskIsBack = new CompletableFuture<>();
        AtomicInteger taken = new AtomicInteger();
        MirrorSink slow = (run, events, loop) -> {
            taken.addAndGet(events.size());
            return diskIsBack.thenApply(
                    now -> events.stream().map(e -> accepted()).toList());
        };
        use(new MirrorFixture(2, ClientTls.NONE, slow));
        int total = 40_000;
        StringBuilder stream = new StringBuilder();
        LongStream.range(1, total)
                .forEach(i -> stream.append("data: ").append(event(i)).append("\n\n"));
        stream.append("data: ").append(terminal(total)).append("\n\n");
        peer.onStream((request, wire) -> wire.head().send(stream.toString()).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.CONNECTED);
        await().until(() -> taken.get() > 0);

        // Then: one batch is being stored, and the connection has not been read to its end
        await().during(Duration.ofMillis(100))
                .until(() -> taken.get() <= BatchFeed.MAX_EVENTS && mirrors.framesRead.get() < total / 2);

        // When
        diskIsBack.complete(null);

        // Then
        await().until(() -> !mirrors.ends.isEmpty());
        assertThat(taken.get()).isEqualTo(total);
    }

    @Test
    void shouldTryAgainWhatCouldNotBeStored() {
        // Given
        AtomicInteger failures = new AtomicInteger(2);
        MemoryLog log = new MemoryLog();
        MirrorSink sink = (run, events, loop) -> failures.getAndDecrement() > 0
                ? CompletableFuture.failedFuture(new IllegalStateException("disk full"))
                : log.take(run, events, loop);
        use(new MirrorFixture(2, ClientTls.NONE, sink));
        peer.onStream((request, wire) ->
                wire.head().frame(event(1)).frame(terminal(2)).end());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.BACKING_OFF);
        assertThat(mirrors.lastError()).isEqualTo("not_stored");
        mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(log.sequences(RUN)).containsExactly(1L, 2L);
    }

    @Test
    void shouldHangUpWhenATerminalEventWasPushed() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(event(1)));
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        await().until(() -> mirrors.log.sequences(RUN).size() == 1);

        // When
        mirrors.log.take(
                run(peer.baseUrl()),
                List.of(new IncomingEvent(RUN, "evt_2", 2, "agentos.run.completed", envelope(terminal(2)))));
        mirrors.supervisor.sealed(RUN);

        // Then
        await().until(() -> mirrors.ends.contains(new MirrorEnd(Optional.of(RunEnd.COMPLETED), true)));
        await().until(() -> peer.openConnections() == 0);
        assertThat(peer.streams()).hasSize(1);
    }

    @Test
    void shouldBringBackEveryRunOfAPeerThatRestarts() {
        // Given: many runs connected, each with one event
        int runs = 1_000;
        use(new MirrorFixture(runs, ClientTls.NONE, null));
        Peer stack = peer(peer.baseUrl(), true, Peer.Token.NONE);
        ConcurrentLinkedQueue<WirePeer.Wire> wires = new ConcurrentLinkedQueue<>();
        peer.onStream((request, wire) -> {
            long next = request.fromSequence() + 1;
            String runId = request.target().split("/", 5)[3];
            wires.add(wire.head().frame((next == 1 ? event(1) : terminal(next)).replace("run_1", runId)));
        });
        List<RunKey> keys = IntStream.range(0, runs)
                .mapToObj(i -> new RunKey("tnt_a", "run_" + i))
                .toList();
        mirrors.supervisor.resume(
                keys.stream().map(key -> run(stack, key.runId())).toList());
        await().until(() -> keys.stream().allMatch(key -> mirrors.log.ids(key).size() == 1));

        // When
        wires.forEach(WirePeer.Wire::cut);
        await().until(() -> keys.stream().allMatch(key -> mirrors.phase(key) == Phase.BACKING_OFF));
        mirrors.timers.advance(Duration.ofSeconds(1));

        // Then
        await().until(() -> mirrors.ends.size() == runs);
        assertThat(keys)
                .allSatisfy(key -> assertThat(mirrors.log.sequences(key)).containsExactly(1L, 2L));
        assertThat(peer.streams()).hasSize(2 * runs);
    }

    @Test
    void shouldReadAgainFromTheEndOfTheLogInThePlaceItHas() {
        // Given
        use(new MirrorFixture(1, ClientTls.NONE, null));
        peer.onStream((request, wire) -> wire.head().frame(event(request.fromSequence() + 1)));
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.CONNECTED);
        await().until(() -> mirrors.log.sequences(RUN).size() == 1);
        GapFilling gaps = new GapFilling(mirrors.supervisor, mirrors.timers);
        assertThat(gaps.mayFill(RUN)).isTrue();

        // When
        gaps.readAgain(RUN);

        // Then
        await().until(() -> mirrors.log.sequences(RUN).size() == 2 && peer.openConnections() == 1);
        assertThat(peer.streams()).extracting(WirePeer.Request::fromSequence).containsExactly(0L, 1L);
        assertThat(mirrors.supervisor.open()).isEqualTo(1);
    }

    @Test
    void shouldNotLetPushesWaitAgainSoonWhereItWasInVain() {
        // Given
        peer.onStream((request, wire) -> wire.head().frame(event(1)));
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.CONNECTED);
        GapFilling gaps = new GapFilling(mirrors.supervisor, mirrors.timers);

        // When it was in vain twice
        gaps.waited(RUN, false);
        assertThat(gaps.mayFill(RUN)).isFalse();
        mirrors.timers.advance(Duration.ofSeconds(5));
        assertThat(gaps.mayFill(RUN)).isTrue();
        gaps.waited(RUN, false);
        mirrors.timers.advance(Duration.ofSeconds(9));

        // Then
        assertThat(gaps.mayFill(RUN)).isFalse();
        gaps.waited(RUN, true);
        assertThat(gaps.mayFill(RUN)).isTrue();
        assertThat(gaps.mayFill(new RunKey("tnt_a", "run_other"))).isFalse();
    }

    @Test
    void shouldShowWhatEachRunIsDoing() {
        // Given
        peer.onStream((request, wire) -> wire.cut());

        // When
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.BACKING_OFF);

        // Then
        MirrorState state = mirrors.supervisor.state(RUN).orElseThrow();
        assertThat(state.connections()).isEqualTo(1);
        assertThat(state.lastError()).isPresent();
        assertThat(state.nextTry().orElseThrow()).isAfter(mirrors.timers.instant());
        assertThat(mirrors.meters
                        .get("agentos_federation_mirror_states")
                        .tag("state", "backing_off")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void shouldNotCallAPeerThatIsHeldOff() {
        // Given
        peer.onStream((request, wire) -> {
            if (request.number() == 0) {
                wire.status(503, "");
            } else {
                wire.head().frame(terminal(1)).end();
            }
        });
        mirrors.supervisor.forwarded(run(peer.baseUrl()));
        mirrors.awaitPhase(Phase.BACKING_OFF);
        assertThat(mirrors.reached).containsExactly(false);

        // When
        mirrors.heldOff.set(Duration.ofSeconds(7));
        mirrors.sleepOnce();
        await().until(() -> mirrors.lastError().equals("peer_held_off"));
        mirrors.heldOff.set(Duration.ZERO);
        Duration slept = mirrors.sleepUntil(() -> !mirrors.ends.isEmpty());

        // Then
        assertThat(slept).isEqualTo(Duration.ofSeconds(7));
        assertThat(peer.streams()).hasSize(2);
        assertThat(mirrors.reached).containsExactly(false, true);
    }

    @Test
    void shouldLeaveNothingBehind() {
        // Given: runs connected, waiting for a slot and backing off
        use(new MirrorFixture(3, ClientTls.NONE, null));
        Peer stack = peer(peer.baseUrl(), true, Peer.Token.NONE);
        peer.onStream((request, wire) -> {
            if (request.number() % 2 == 0) {
                wire.head().frame(event(1));
            } else {
                wire.cut();
            }
        });
        List<MirroredRun> runs = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> runs.add(run(stack, "run_" + i)));
        mirrors.supervisor.resume(runs);
        await().until(() -> peer.openConnections() == 3);

        // When
        mirrors.supervisor.close();

        // Then
        await().until(() -> peer.openConnections() == 0);
        await().until(() -> mirrors.timers.pending() == 0);
        assertThat(mirrors.supervisor.open()).isZero();
        int asked = peer.streams().size();
        mirrors.supervisor.forwarded(runs.get(0));
        mirrors.timers.advance(Duration.ofMinutes(5));
        assertThat(peer.streams()).hasSize(asked);
        assertThat(mirrors.supervisor.working()).isZero();
    }

    private void use(MirrorFixture other) {
        mirrors = open(other);
    }

    private MirrorFixture open(MirrorFixture fixture) {
        opened.add(fixture);
        return fixture;
    }

    private void knownOnDemand(MirroredRun run) {
        mirrors.directory.put(run.run(), run);
    }

    private long queued() {
        return IntStream.rangeClosed(1, 5)
                .filter(i -> mirrors.phase(new RunKey("tnt_a", "run_" + i)) == Phase.QUEUED)
                .count();
    }

    private static Verdict accepted() {
        return new Verdict(Verdict.Status.ACCEPTED, Verdict.Reason.NONE, Cursor.START);
    }

    private static ByteSlice envelope(String json) {
        return ByteSlice.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
