package org.agentos.federation.forward;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.MemoryEventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.RouteStorage;
import org.agentos.federation.forward.store.SegmentSteps;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.PeerPolicy;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.SSLContextParameters;

/** The forward routes as they stand in {@code routes/}, with everything they need and nothing else. */
final class ForwardBench implements AutoCloseable {
    static final String BODY = body("agt_plan", "");
    final ForwardSettings settings;
    final ForwardStore store;
    private final CamelContext camel = new DefaultCamelContext();
    private final ProducerTemplate template;
    private final ExecutorService calls;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final OpenVisits visits = new OpenVisits();
    final PeerCallLimits peerCalls = new PeerCallLimits(timer, visits);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ForwardsInFlight inFlight;
    final PeerGuards guards = new PeerGuards(
            new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofMillis(500), 2),
            new RetryBudgetSettings(0.1, 10),
            InstantSource.system(),
            stackId -> true);
    private final ExecutorService compactions = Executors.newSingleThreadExecutor();

    final MemoryEventLog events = new MemoryEventLog(100);

    ForwardBench(Path directory, Peer... peers) {
        this(settings(directory), new PeerRegistry(info("stk_local"), List.of(peers), true));
    }

    ForwardBench(ForwardSettings settings, PeerRegistry registry) {
        this.settings = settings;
        this.inFlight = new ForwardsInFlight(settings, timer);
        this.calls = Executors.newFixedThreadPool(settings.inFlight() + 2);
        try {
            ForwardFiles files = new ForwardFiles(settings.indexFile(), InstantSource.system());
            template = camel.createProducerTemplate();
            store = new ForwardStore(settings, files, new RouteStorage(template), InstantSource.system(), compactions);
            bind(files, registry);
            camel.getPropertiesComponent().setInitialProperties(properties(settings));
            PluginHelper.getRoutesLoader(camel).loadRoutes(routeFiles());
            camel.start();
            template.start();
            store.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void bind(ForwardFiles files, PeerRegistry registry) {
        InstantSource clock = InstantSource.system();
        Random random = new Random(1);
        PeerChoice choice = new PeerChoice(registry, new PeerPolicy(), peer -> Capabilities.ASSUMED, load(), random);
        ForwardMeters meters = new ForwardMeters(this.meters);
        PeerCallLog log = new PeerCallLog(meters, new LastFailures(clock, stackId -> true));
        Map<String, Object> segment = SegmentSteps.of(files);
        Map<String, Object> beans = Map.ofEntries(
                Map.entry("forwardFiles", files),
                Map.entry("segmentOpen", segment.get("segmentOpen")),
                Map.entry("appendToSegment", segment.get("appendToSegment")),
                Map.entry("openSegment", segment.get("openSegment")),
                Map.entry("forwardCalls", calls),
                Map.entry("peerTls", new SSLContextParameters()),
                Map.entry("peerCallLimits", peerCalls),
                Map.entry(PeerHttpComponent.BEAN_NAME, new PeerHttpComponent()),
                Map.entry("readForward", new ReadForward(clock, random)),
                Map.entry("claimForwardKey", new ClaimForwardKey(store, clock, calls)),
                Map.entry("forwardAnswered", new ForwardAnswered()),
                Map.entry("keepForwardToken", (Processor) exchange -> {}),
                Map.entry(
                        "choosePeer",
                        new ChoosePeer(
                                choice,
                                inFlight,
                                guards,
                                meters,
                                store,
                                visits,
                                (exchange, forward, peer) -> Optional.empty(),
                                () -> settings,
                                clock,
                                calls)),
                Map.entry("limitForward", (Processor) exchange -> {}),
                Map.entry("recordQuotaUse", (Processor) exchange -> {}),
                Map.entry("mayFailOver", new MayFailOver()),
                Map.entry("turnToAnotherPeer", new TurnToAnotherPeer()),
                Map.entry("recordForwardIntent", new RecordForwardIntent(store, Optional::empty, clock, calls)),
                Map.entry(
                        "preparePeerCall",
                        new PreparePeerCall(settings, new PeerHeaders((peer, caller) -> "Bearer own"), clock, random)),
                Map.entry("readPeerAnswer", new ReadPeerAnswer(log, clock)),
                Map.entry("notePeerFailure", new NotePeerFailure(() -> settings, choice, log, clock, random)),
                Map.entry("recordForwardResult", new RecordForwardResult(store, events, clock, calls)),
                Map.entry("settleFailedForward", new SettleFailedForward(store, meters, clock, calls)),
                Map.entry("countDenial", (Processor) exchange -> {}),
                Map.entry("recordRefusal", (Processor) exchange -> {}),
                Map.entry("answerForward", new AnswerForward(run -> Optional.of("cur_" + run.runId()))));
        beans.forEach(camel.getRegistry()::bind);
    }

    private PeerLoad load() {
        return new PeerLoad() {
            @Override
            public int of(Peer peer) {
                return inFlight.at(peer.stackId());
            }

            @Override
            public boolean isFull(Peer peer) {
                return inFlight.isFull(peer);
            }

            @Override
            public boolean isSilent(Peer peer) {
                return false;
            }

            @Override
            public PeerBreaker breaker(Peer peer) {
                return guards.of(peer.stackId()).breaker();
            }
        };
    }

    private static InboundRequest request(String key) {
        Map<String, String> headers = key == null ? Map.of() : Map.of("Idempotency-Key", key);
        return new InboundRequest("POST", "/v1/federation/runs:forward", Map.of(), headers, "req_1", "cor_1");
    }

    /** Sends a request through the routes; the exchange holds the answer or the refusal. */
    Exchange forward(String body, Caller caller, String key) {
        return template.request("direct:forward-run", exchange -> {
            exchange.setProperty("caller", caller);
            exchange.setProperty(InboundRequest.PROPERTY, request(key));
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        });
    }

    ForwardAnswer answer(String body, String key) {
        Exchange done = forward(body, caller("tnt_a", "prn_a"), key);
        if (done.getException() != null) {
            throw new AssertionError(done.getException());
        }
        return done.getMessage().getBody(ForwardAnswer.class);
    }

    FederationException refusal(String body, String key) {
        return refusal(body, caller("tnt_a", "prn_a"), key);
    }

    FederationException refusal(String body, Caller caller, String key) {
        Exchange done = forward(body, caller, key);
        return FederationException.in(done.getException())
                .orElseThrow(() ->
                        new AssertionError("no refusal but " + done.getMessage().getBody(), done.getException()));
    }

    boolean replayed(String body, String key) {
        Exchange done = forward(body, caller("tnt_a", "prn_a"), key);
        return "true".equals(done.getMessage().getHeader("Idempotent-Replayed"));
    }

    RunKey run(String runId) {
        return new RunKey("tnt_a", runId);
    }

    @Override
    public void close() {
        try {
            store.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        camel.stop();
        calls.shutdownNow();
        timer.shutdownNow();
        compactions.shutdownNow();
    }

    static Resource[] routeFiles() throws IOException {
        return List.of(
                        "forward/forward-run",
                        "forward/run-on-some-peer",
                        "forward/call-peer",
                        "persistence/forward-index",
                        "errors/redeliver-to-peer",
                        "errors/refuse-clearly")
                .stream()
                .map(name -> Path.of("routes", name + ".yaml").toAbsolutePath())
                .map(file -> ResourceHelper.resolveResource(new DefaultCamelContext(), "file:" + file))
                .toArray(Resource[]::new);
    }

    static Properties properties(ForwardSettings settings) {
        Properties properties = new Properties();
        Map.of(
                        "index-directory", settings.indexFile().toAbsolutePath().getParent(),
                        "max-attempts", settings.maxAttempts(),
                        "base-backoff-ms", settings.baseBackoff().toMillis(),
                        "multiplier", settings.multiplier(),
                        "jitter", settings.jitter(),
                        "max-backoff-ms", settings.maxBackoff().toMillis(),
                        "connect-timeout-ms", settings.connectTimeout().toMillis(),
                        "in-flight", settings.inFlight(),
                        "in-flight-per-peer", settings.inFlightPerPeer())
                .forEach((name, value) -> properties.setProperty("federation.forward." + name, value.toString()));
        return properties;
    }

    static ForwardSettings settings(Path directory) {
        return settings(directory, Duration.ofSeconds(10), Duration.ofSeconds(5));
    }

    static ForwardSettings settings(Path directory, Duration deadline, Duration attemptTimeout) {
        return new ForwardSettings(
                directory.resolve("forward-index.json"),
                3,
                Duration.ofMillis(10),
                2,
                0.2,
                Duration.ofMillis(50),
                Optional.empty(),
                deadline,
                attemptTimeout,
                Duration.ofSeconds(1),
                8,
                32,
                Duration.ofMillis(100),
                8,
                Duration.ofHours(24),
                10_000);
    }

    static Peer peer(String stackId, ScriptedPeer peer) {
        return peer(stackId, peer, Peer.Policy.UNRESTRICTED, Peer.Redelivery.DEFAULT);
    }

    static Peer peer(String stackId, ScriptedPeer peer, Peer.Policy policy, Peer.Redelivery redelivery) {
        return new Peer(
                info(stackId),
                peer.baseUrl(),
                List.of(),
                Optional.empty(),
                policy,
                redelivery,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }

    static Peer.Redelivery redelivery(int attempts, int deadlineMs) {
        return new Peer.Redelivery(OptionalInt.of(attempts), OptionalInt.empty(), OptionalInt.of(deadlineMs));
    }

    static Peer.Policy policy(Allowance directions, Allowance tenants, Allowance agents) {
        return new Peer.Policy(directions, tenants, agents, Allowance.ALL, OptionalInt.empty(), false);
    }

    static PeerInfo info(String stackId) {
        return new PeerInfo(stackId, "test", "eu", List.of("v1"), null, null);
    }

    static Caller caller(String tenantId, String principalId) {
        return new Caller(
                Optional.of(tenantId),
                Optional.of(principalId),
                Caller.ALL_SCOPES,
                Optional.empty(),
                Optional.empty(),
                Optional.of("Bearer callers-own"),
                "req_1",
                "cor_1",
                Optional.empty(),
                Optional.empty());
    }

    static String body(String agentId, String moreMembers) {
        return body("{\"stack_id\":\"stk_b\"}", agentId, moreMembers);
    }

    static String body(String selector, String agentId, String moreMembers) {
        return "{\"forward\":{\"target_selector\":" + selector
                + ",\"auth\":{\"tenant_id\":\"tnt_a\",\"principal\":{\"principal_id\":\"prn_a\"}},"
                + "\"run_request\":{\"agent_id\":\"" + agentId + "\",\"input\":{\"q\": 1.0}" + moreMembers + "}}}";
    }
}
