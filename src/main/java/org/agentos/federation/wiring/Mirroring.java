package org.agentos.federation.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.Ids;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.issuer.OwnTokens;
import org.agentos.federation.mirror.CallerTokens;
import org.agentos.federation.mirror.GapFilling;
import org.agentos.federation.mirror.JsonEnvelopeReader;
import org.agentos.federation.mirror.LogHead;
import org.agentos.federation.mirror.MirrorEnd;
import org.agentos.federation.mirror.MirrorMeters;
import org.agentos.federation.mirror.MirrorPorts;
import org.agentos.federation.mirror.MirrorState;
import org.agentos.federation.mirror.MirrorSupervisor;
import org.agentos.federation.mirror.MirroredRun;
import org.agentos.federation.mirror.PeerCalls;
import org.agentos.federation.mirror.PeerGate;
import org.agentos.federation.mirror.RouteSink;
import org.agentos.federation.mirror.VertxTimers;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.peer.PeerChange;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.stream.EndReason;
import org.agentos.federation.stream.EventStreams;
import org.agentos.federation.trust.PeerPolicy;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirrors and what ties them to the rest: which runs they follow, where events go, what their end means. */
public final class Mirroring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mirroring.class);

    /** States in which a run may still tell something; one of another state is followed again when somebody reads it. */
    private static final Set<String> UNDER_WAY = Set.of("queued", "running");

    private final PeerRegistry registry;
    private final PeerPolicy policy = new PeerPolicy();
    private final Predicate<Peer> cannotReplay;
    private final Stores stores;
    private final InstantSource clock;
    private final PeerCalls calls;
    private final MirrorSupervisor supervisor;
    private final RouteSink sink;
    private volatile EventStreams streams;
    final CallerTokens tokens;
    final GapFilling gaps;

    Mirroring(
            Settings settings,
            StartupReview.Reviewed reviewed,
            PeerCapabilities capabilities,
            PeerGate gate,
            Stores stores,
            Threads threads,
            Vertx vertx,
            OwnTokens ownTokens,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        this.registry = reviewed.registry();
        this.cannotReplay = peer -> capabilities.of(peer.stackId()).denies(Capabilities.EVENTS_REPLAY);
        this.stores = stores;
        this.clock = clock;
        this.sink = new RouteSink(threads.continuations);
        this.tokens = new CallerTokens(clock);
        this.calls = new PeerCalls(
                vertx,
                reviewed.certificates().peers,
                settings.mirror().maxOpen(),
                tokens,
                ownTokens,
                registry.local().stackId(),
                random);
        MirrorPorts ports = new MirrorPorts(
                LogHead.lookup(stores.log, threads.streamReaders),
                new JsonEnvelopeReader(settings.ingest().maxEventBytes()),
                sink,
                peer -> peer.replays() || capabilities.of(peer.stackId()).supports(Capabilities.EVENTS_REPLAY),
                gate,
                this::find,
                this::ended);
        this.supervisor = new MirrorSupervisor(
                vertx, settings.mirror(), ports, calls, new VertxTimers(vertx), random, new MirrorMeters(meters));
        this.gaps = new GapFilling(supervisor, clock);
    }

    /** Follows what is forwarded from now on, and goes on with runs that were under way when the gateway stopped. */
    public void start(CamelContext camel, EventStreams tellEnds) throws Exception {
        streams = tellEnds;
        sink.connect(camel);
        stores.forwards.index().onForwarded(entry -> mirrored(entry).ifPresent(supervisor::forwarded));
        stores.forwards.index().forEach(entry -> {
            if (UNDER_WAY.contains(entry.state())) {
                mirrored(entry).ifPresent(supervisor::forwarded);
            }
        });
    }

    /**
     * Follows a reload: ends mirrors that it revoked, connects anew those whose peer is read in another way now, and
     * begins those of runs under way at peers that are new, or may be read again.
     */
    void follow(PeerChange change) {
        supervisor.renew(run -> mirrored(run.run().tenantId(), run.peer().stackId())
                .filter(peer -> peer.isReadLike(run.peer()))
                .isEmpty());
        stores.forwards.index().forEach(entry -> {
            if (change.concerns(entry.remoteStackId()) && UNDER_WAY.contains(entry.state())) {
                mirrored(entry).ifPresent(supervisor::forwarded);
            }
        });
    }

    /** How many runs of each peer are mirrored at the moment, for one tenant or all. */
    Map<String, Integer> working(Optional<String> tenantId) {
        return supervisor.working(run -> Optional.of(run.peer().stackId())
                .filter(peer -> tenantId.map(run.run().tenantId()::equals).orElse(true)));
    }

    /** Tells that a reader wants a run's events; closing what is returned tells that it has left. */
    MirrorSupervisor.Interest want(RunKey run) {
        return supervisor.want(run);
    }

    /** Tells that a run's terminal event was pushed. */
    void sealed(RunKey run) {
        supervisor.sealed(run);
    }

    /** Keeps that a run was deleted here, so that no mirror begins it anew, and stops the one at work. */
    CompletionStage<Void> deleted(RunKey run) {
        supervisor.sealed(run);
        return stores.forwards.recordState(run, ForwardEntry.DELETED, clock.instant());
    }

    /**
     * Keeps what a run's peer said of it to somebody who asked. The end of a run that is being followed is left to its
     * mirror: kept before the last events are read, it would have a restart not follow the run any more.
     */
    void heard(RunKey run, String state) {
        boolean followed = supervisor
                .state(run)
                .filter(mirror -> mirror.phase() != MirrorState.Phase.ENDED)
                .isPresent();
        if (UNDER_WAY.contains(state) || !followed) {
            keep(run, state);
        }
    }

    /** The peer that a run was forwarded to, if it is still in the registry. */
    Optional<Peer> peerOf(RunKey run) {
        return stores.forwards
                .index()
                .find(run)
                .map(ForwardEntry::remoteStackId)
                .flatMap(registry::find);
    }

    Optional<MirrorState> state(RunKey run) {
        return supervisor.state(run);
    }

    private Optional<MirroredRun> find(RunKey run) {
        return stores.forwards
                .index()
                .find(run)
                .filter(entry -> !entry.deleted())
                .flatMap(this::mirrored);
    }

    /** A peer as it is to be read from for a tenant; one that cannot replay has to be read before anybody asks. */
    private Optional<Peer> mirrored(String tenantId, String stackId) {
        return registry.find(stackId)
                .filter(peer -> policy.mayMirror(peer, tenantId))
                .map(peer -> cannotReplay.test(peer) ? peer.readEagerly() : peer);
    }

    /** Empty for a run whose peer is no longer in the registry or not allowed to its tenant, and for an entry of others with unfit ids or URL. */
    private Optional<MirroredRun> mirrored(ForwardEntry entry) {
        return mirrored(entry.tenantId(), entry.remoteStackId())
                .filter(peer -> Ids.fitHeader(entry.tenantId())
                        && entry.principalId().map(Ids::fitHeader).orElse(true))
                .flatMap(peer ->
                        eventsUrl(entry).map(url -> new MirroredRun(entry.run(), peer, url, entry.principalId())));
    }

    private static Optional<URI> eventsUrl(ForwardEntry entry) {
        try {
            return Optional.of(new URI(entry.remoteEventsUrl()));
        } catch (URISyntaxException e) {
            LOG.warn("run not mirrored, its events URL is none run_id={}", entry.runId());
            return Optional.empty();
        }
    }

    private void ended(RunKey run, MirrorEnd end) {
        if (end.equals(MirrorEnd.DELETED)) {
            keep(run, ForwardEntry.DELETED);
            streams.endRun(run, EndReason.LOG_REPLACED);
            return;
        }
        end.how().map(RunEnd::wireName).ifPresent(state -> keep(run, state));
        streams.endRun(run, end.how().map(EndReason::of).orElse(EndReason.UPSTREAM_ENDED));
    }

    private void keep(RunKey run, String state) {
        CompletionStage<Void> kept = stores.forwards.recordState(run, state, clock.instant());
        kept.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("state of a run not kept run_id={} state={} cause={}", run.runId(), state, failure.toString());
            }
        });
    }

    @Override
    public void close() {
        supervisor.close();
        calls.close();
    }
}
