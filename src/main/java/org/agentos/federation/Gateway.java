package org.agentos.federation;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.control.ControlServer;
import org.agentos.federation.forward.SettleUnknownForwards;
import org.agentos.federation.forward.store.RouteStorage;
import org.agentos.federation.operator.AuditedCommands;
import org.agentos.federation.operator.DataCommands;
import org.agentos.federation.operator.OperatorRecords;
import org.agentos.federation.operator.Reload;
import org.agentos.federation.operator.ReloadWatch;
import org.agentos.federation.operator.SubscriptionCommands;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.AuditKeys;
import org.agentos.federation.settings.HttpKeys;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.ShutdownSettings;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.stream.EndReason;
import org.agentos.federation.wiring.Parts;
import org.agentos.federation.wiring.Stores;
import org.agentos.federation.wiring.Threads;
import org.agentos.federation.wiring.Wiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway. What was opened is closed in the opposite order, also when the start fails half way. */
final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Left of the drain when calls to peers are cut: time for their forwards to be settled and answered. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(2);

    /** The last part of the whole time, when answers are cut: for the event log and the forward index to be closed. */
    private static final int TO_CLOSE = 4;

    /** The part of the whole time for which events at routes are waited for. */
    private static final int TO_DELIVER = 8;

    private final Settings settings;
    private final Deque<Closing> closings = new ArrayDeque<>();
    private Threads threads;
    private Parts parts;
    private ReloadWatch watch;

    private record Closing(String what, AutoCloseable resource) {}

    private Gateway(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts the gateway; when this returns, it is serving.
     *
     * @throws StartupException with everything that is wrong
     */
    static Gateway start(Settings settings) {
        InstantSource clock = InstantSource.system();
        StartupReview.Reviewed reviewed = StartupReview.review(settings, clock);
        Gateway gateway = new Gateway(settings);
        try {
            gateway.open(reviewed, clock);
            return gateway;
        } catch (StartupException e) {
            gateway.close();
            throw e;
        } catch (Exception e) {
            gateway.close();
            LOG.debug("start failed", e);
            throw new StartupException(List.of(rootMessage(e)));
        }
    }

    private void open(StartupReview.Reviewed reviewed, InstantSource clock) throws Exception {
        createDataDirectory();
        List<String> taken = listenerProblems();
        threads = closing("threads", new Threads(settings));
        Optional<AuditTrail> trail = openAudit(clock, taken);
        trail.ifPresent(audit -> closing("audit trail", audit));
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(settings.http().eventLoops()));
        closing(
                "event loops",
                () -> vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS));
        RouteRuntime routes = new RouteRuntime(settings);
        RouteStorage storage = new RouteStorage(routes.camel().createProducerTemplate());
        Stores stores = stores(storage, clock, taken);
        closing("event log", stores.log);
        closing("use of quotas", stores.quotaUse);
        if (!taken.isEmpty()) {
            throw new StartupException(taken);
        }
        closing("routes", routes);
        makeOwnKey(reviewed);
        AuditTrail audit = trail.orElseThrow();
        parts = new Parts(settings, reviewed, stores, audit, threads, vertx, clock);
        closing("streams", parts.streams);
        closing("subscriptions", parts.subscriptions);
        routes.start(new Wiring(parts).beans());
        if (settings.stack().routesReload()) {
            routes.watchExtensions();
        }
        stores.forwards.start();
        closing("forward index", stores.forwards);
        parts.retention.start();
        closing("retention", parts.retention);
        parts.mirroring.start(routes.camel(), parts.streams);
        parts.capabilities.start();
        closing("listener", this::drain);
        closing("deliveries", this::drainSubscriptions);
        closing("capabilities", parts.capabilities);
        closing("mirrors", parts.mirroring);
        closing("readiness", this::announceEnd);
        DataCommands commands = new DataCommands(stores.log, stores.forwards::copyTo, settings, clock);
        Reload reload = new Reload(parts, () -> SettingsLoader.load(settings.home(), System.getenv()));
        watch = closing("reload", new ReloadWatch(settings, reload))
                .start(settings.stack().reloadInterval());
        AuditedCommands audited = new AuditedCommands(new OperatorRecords(audit, clock, parts.random));
        Map<String, Function<String, ControlReply>> byName = new HashMap<>(audited.of(commands.byName()));
        byName.put(Reload.NAME, none -> reload.now(Reload.Cause.COMMAND));
        byName.put(
                SubscriptionCommands.NAME,
                audited.ofSubscriptions(new SubscriptionCommands(parts.subscriptions)::apply));
        closing("control socket", ControlServer.open(settings.dataDir(), byName, threads.timers));
        parts.health.serving();
        new SettleUnknownForwards(stores.forwards, routes.camel().createProducerTemplate(), clock).start();
    }

    /** Where a peer takes tokens of this gateway a disk that keeps no key is told now, and not by the first forward. */
    private void makeOwnKey(StartupReview.Reviewed reviewed) {
        boolean needed = reviewed.registry().peers().stream().anyMatch(peer -> peer.token() == Peer.Token.OWN);
        try {
            if (needed) {
                reviewed.ownKeys().signing();
            }
        } catch (UncheckedIOException e) {
            throw new StartupException(List.of("AGENTOS_FED_DATA_DIR: " + e.getMessage()));
        }
    }

    /** Absent when it is taken too. */
    private Optional<AuditTrail> openAudit(InstantSource clock, List<String> taken) {
        try {
            return Optional.of(AuditTrail.open(settings.audit(), clock));
        } catch (IllegalArgumentException unfit) {
            taken.add(AuditKeys.SINK.variable() + " " + unfit.getMessage());
            return Optional.empty();
        }
    }

    private void createDataDirectory() {
        try {
            Files.createDirectories(
                    settings.dataDir(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new StartupException(
                    List.of("AGENTOS_FED_DATA_DIR names " + settings.dataDir() + ", which cannot be created: " + e));
        }
    }

    /** A failure to open the stores is told together with what else is taken: a second gateway meets both. */
    private Stores stores(RouteStorage storage, InstantSource clock, List<String> taken) {
        try {
            return Stores.open(settings, storage, clock, threads.compactions);
        } catch (StartupException e) {
            taken.addAll(e.problems());
            throw new StartupException(taken);
        }
    }

    /** Tries the address before anything is opened; Camel would bury a port in use under traces of its own. */
    private List<String> listenerProblems() {
        List<String> problems = new ArrayList<>();
        InetSocketAddress address =
                new InetSocketAddress(settings.http().host(), settings.http().port());
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (IOException e) {
            problems.add(HttpKeys.HOST.variable() + ", " + HttpKeys.PORT.variable() + ": cannot listen on "
                    + settings.http().host() + ":" + settings.http().port() + ": " + e.getMessage());
        }
        return problems;
    }

    /** Tells whoever asks that no more should be sent here, and goes on as before until that has got around. */
    private void announceEnd() {
        parts.health.draining();
        Duration delay = settings.shutdown().readinessDelay();
        new CompletableFuture<Void>()
                .completeOnTimeout(null, delay.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /**
     * Takes no more connections, then ends the streams one after another, each at the place it has reached, and lets what
     * is under way finish. The socket closes before the first stream ends.
     */
    private void drain() {
        ShutdownSettings shutdown = settings.shutdown();
        parts.engine.stopAccepting();
        parts.streams.endAll(EndReason.DRAINING, shutdown.drain());
        Duration left = shutdown.total().minus(shutdown.readinessDelay());
        Duration limit = left.minus(left.dividedBy(TO_CLOSE));
        long untilCut = Math.max(0, limit.minus(TO_ANSWER).toMillis());
        Future<?> cut = threads.timers.schedule(parts.peerCalls::end, untilCut, TimeUnit.MILLISECONDS);
        if (!parts.engine.drain(limit)) {
            LOG.warn("answers cut at shutdown limit={}", limit);
        }
        cut.cancel(false);
    }

    /** Has subscriptions give out no more; what is at routes by then may finish. */
    private void drainSubscriptions() throws InterruptedException {
        parts.subscriptions.drain(settings.shutdown().total().dividedBy(TO_DELIVER));
    }

    /** Has peers and redelivery settings read again, soon. */
    void reload() {
        watch.reloadSoon(Reload.Cause.SIGNAL);
    }

    /** Where the gateway can be reached. */
    String address() {
        return parts.engine.getScheme() + "://" + settings.http().host() + ":" + parts.engine.getServerPort();
    }

    private <T extends AutoCloseable> T closing(String what, T resource) {
        closings.push(new Closing(what, resource));
        return resource;
    }

    @Override
    public void close() {
        while (!closings.isEmpty()) {
            Closing closing = closings.pop();
            try {
                closing.resource().close();
            } catch (Exception e) {
                LOG.error("not closed cleanly part={}", closing.what(), e);
            }
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
