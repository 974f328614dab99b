package org.agentos.federation.mirror;

import static org.awaitility.Awaitility.await;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.issuer.KeyRing;
import org.agentos.federation.issuer.MadeKeys;
import org.agentos.federation.issuer.OwnTokens;
import org.agentos.federation.mirror.MirrorState.Phase;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.JwtSettings;
import org.agentos.federation.settings.MirrorSettings;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsFiles;
import org.agentos.federation.trust.Caller;
import org.awaitility.Awaitility;

/** Mirrors at work against a scripted peer, with time in the test's hand. */
final class MirrorFixture implements AutoCloseable {
    static final RunKey RUN = new RunKey("tnt_a", "run_1");
    static final Duration MAX_BACKOFF = Duration.ofSeconds(30);
    static final Duration IDLE = Duration.ofSeconds(60);
    static final Duration TOTAL = Duration.ofMinutes(5);
    static final int EMPTY_TRIES = 6;

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30)); // a busy machine is no failure
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    final ManualTimers timers = new ManualTimers();
    final MemoryLog log = new MemoryLog();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final CallerTokens tokens = new CallerTokens(timers);
    final List<MirrorEnd> ends = new CopyOnWriteArrayList<>();
    final Map<RunKey, MirroredRun> directory = new HashMap<>();
    final AtomicInteger framesRead = new AtomicInteger();
    final AtomicReference<Duration> heldOff = new AtomicReference<>(Duration.ZERO);
    final List<Boolean> reached = new CopyOnWriteArrayList<>();
    private final PeerGate gate = new PeerGate() {
        @Override
        public Duration pause(String stackId) {
            return heldOff.get();
        }

        @Override
        public void called(String stackId, boolean answered) {
            reached.add(answered);
        }
    };
    final LiveTls live;
    final PeerCalls calls;
    final MirrorSupervisor supervisor;

    MirrorFixture() {
        this(100, ClientTls.NONE, null);
    }

    /** A null sink stands for the log. */
    MirrorFixture(int maxOpen, ClientTls tls, MirrorSink sink) {
        MirrorSettings settings = new MirrorSettings(
                3, Duration.ofMillis(500), MAX_BACKOFF, EMPTY_TRIES, IDLE, TOTAL, maxOpen, maxOpen, 1_000, 1_000);
        EnvelopeReader reader = new JsonEnvelopeReader(256 * 1024);
        MirrorPorts ports = new MirrorPorts(
                log::head,
                (run, data) -> {
                    framesRead.incrementAndGet();
                    return reader.read(run, data);
                },
                sink == null ? log : sink,
                Peer::replays,
                gate,
                run -> Optional.ofNullable(directory.get(run)),
                (run, end) -> ends.add(end));
        live = new LiveTls(new TlsFiles(Instant.now()).client(tls).orElseThrow(), InstantSource.system());
        calls = new PeerCalls(vertx, live, maxOpen, tokens, own(), "stk_own", new Random(1));
        supervisor =
                new MirrorSupervisor(vertx, settings, ports, calls, timers, new Random(2), new MirrorMeters(meters));
    }

    Phase phase() {
        return phase(RUN);
    }

    Phase phase(RunKey run) {
        return supervisor.state(run).map(MirrorState::phase).orElse(null);
    }

    String lastError() {
        return supervisor.state(RUN).flatMap(MirrorState::lastError).orElse("");
    }

    void awaitPhase(Phase phase) {
        await().until(() -> phase() == phase);
    }

    /** Sleeps through one pause between connections; returns its length. */
    Duration sleepOnce() {
        await().until(() -> phase() == Phase.BACKING_OFF && timers.pending() > 0);
        return timers.advanceToNext();
    }

    /** Lets time pass whenever the mirror is only waiting, until the condition holds; returns how much passed. */
    Duration sleepUntil(BooleanSupplier condition) {
        Duration[] slept = {Duration.ZERO};
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            if (!condition.getAsBoolean() && phase() == Phase.BACKING_OFF) {
                slept[0] = slept[0].plus(timers.advanceToNext());
            }
            return condition.getAsBoolean();
        });
        return slept[0];
    }

    double count(String meter, String tag, String value) {
        return Optional.ofNullable(meters.find("agentos_federation_mirror_" + meter)
                        .tag(tag, value)
                        .counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    @Override
    public void close() {
        supervisor.close();
        calls.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private OwnTokens own() {
        JwtSettings.Own settings = new JwtSettings.Own(
                Optional.empty(), Duration.ofDays(30), Optional.empty(), Duration.ofMinutes(5), Set.of("events:read"));
        try {
            Path directory = Files.createTempDirectory("own");
            KeyRing keys =
                    MadeKeys.open(directory.resolve("keys.json"), settings.keyLifetime(), new SecureRandom(), timers);
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
            return new OwnTokens(keys, settings, "stk_own", Optional::empty, timers, new Random(3));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MirroredRun run(URI baseUrl) {
        return run(peer(baseUrl, true, Peer.Token.CALLER), "run_1");
    }

    static MirroredRun run(Peer peer, String runId) {
        URI events = URI.create(peer.baseUrl() + "/v1/runs/" + runId + "/events");
        return new MirroredRun(new RunKey("tnt_a", runId), peer, events, Optional.of("usr_p"));
    }

    static Peer peer(URI baseUrl, boolean eager, Peer.Token token) {
        return new Peer(
                new PeerInfo("stk_b", null, null, null, null, null),
                baseUrl,
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                new Peer.Mirror(eager, OptionalInt.empty(), OptionalInt.empty()),
                token,
                true);
    }

    /** A peer that says it starts its streams where it is asked to. */
    static Peer replayingPeer(URI baseUrl) {
        return peer(baseUrl, Peer.Limits.NONE, true);
    }

    /** A peer that takes no more streams than this at once. */
    static Peer peerOfStreams(URI baseUrl, int streams) {
        Peer.Limits limits =
                new Peer.Limits(Map.of(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(streams));
        return peer(baseUrl, limits, false);
    }

    private static Peer peer(URI baseUrl, Peer.Limits limits, boolean replays) {
        Peer plain = peer(baseUrl, true, Peer.Token.NONE);
        return new Peer(
                plain.info(),
                baseUrl,
                List.of(),
                Optional.empty(),
                plain.policy(),
                plain.redelivery(),
                limits,
                Peer.Quotas.NONE,
                plain.mirror(),
                Peer.Token.NONE,
                Optional.empty(),
                true,
                replays,
                Optional.empty());
    }

    static Caller caller(String token) {
        return new Caller(
                Optional.of("tnt_a"),
                Optional.of("usr_p"),
                Caller.ALL_SCOPES,
                Optional.empty(),
                Optional.empty(),
                Optional.of(token),
                "req_1",
                "req_1",
                Optional.empty(),
                Optional.empty());
    }

    static String event(long sequence) {
        return event(sequence, "agentos.step");
    }

    static String event(long sequence, String type) {
        return "{\"event\":{\"event_id\":\"evt_" + sequence
                + "\",\"run_id\":\"run_1\",\"tenant_id\":\"tnt_a\",\"sequence\":" + sequence + ",\"type\":\"" + type
                + "\"}}";
    }

    static String terminal(long sequence) {
        return event(sequence, "agentos.run.completed");
    }
}
