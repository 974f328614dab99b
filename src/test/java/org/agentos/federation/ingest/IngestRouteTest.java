package org.agentos.federation.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.trust.Access;
import org.agentos.federation.trust.Admission;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.PeerIdentity;
import org.agentos.federation.trust.PeerPolicy;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ingest routes as they are shipped, on a real log. */
class IngestRouteTest extends CamelTestSupport {
    private static final RunKey RUN = new RunKey("tnt_demo", "run_1");

    @TempDir
    Path directory;

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    private final Set<RunKey> mirrored = ConcurrentHashMap.newKeySet();
    private RocksEventLog log;
    private CursorCodec cursors;
    private final List<String> marks = new CopyOnWriteArrayList<>();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext camel = super.createCamelContext();
        log = RocksEventLog.open(
                new EventLogSettings(directory, 8 << 20, 10_000, 1 << 20, 1 << 20, 16 << 20, false),
                InstantSource.system(),
                new SecureRandom());
        cursors = CursorCodec.of(log);
        beans().forEach(camel.getRegistry()::bind);
        camel.getRegistry().bind("holdForGap", new HoldForGap(new GapHolds(holdPorts())));
        List.of(
                        "recordMutation",
                        "recordRefusal",
                        "countDenial",
                        "tellSealedRuns",
                        "limitIngest",
                        "recordQuotaUse",
                        "countMirrored")
                .forEach(elsewhere -> camel.getRegistry().bind(elsewhere, (Processor) exchange -> {}));
        for (String file : List.of("errors/refuse-clearly", "ingest/ingest-events", "ingest/append-events")) {
            Resource yaml = ResourceHelper.resolveResource(camel, "file:routes/" + file + ".yaml");
            PluginHelper.getRoutesLoader(camel).loadRoutes(yaml);
        }
        return camel;
    }

    private Map<String, Object> beans() {
        PeerRegistry registry = new PeerRegistry(info("stk_local"), List.of(peer("stk_b"), peer("stk_c")), true);
        InstantSource clock = InstantSource.system();
        Admission admission = new Admission(
                Profile.DEV, Optional.empty(), new PeerIdentity(registry, clock), Optional.of("tnt_demo"));
        IngestAdmission ingest = new IngestAdmission(registry, new PeerPolicy(), false);
        return Map.of(
                "readIngestBody", new ReadIngestBody(new IngestBodyReader(new EventReader(1 << 18), 5000)),
                "admitIngest", new AdmitCaller(admission, Access.INGEST),
                "judgeEvents", new JudgeEvents(ingest, run -> log.find(run).flatMap(RunLog::holder)),
                "openEvents", new OpenEvents(),
                "eventIdKey", new EventIdKey(),
                "recentEvents", new RecentEvents(1000, log),
                "sequenceFilter", (Processor) this::filterAndNote,
                "appendBatch", new AppendBatch(log, new EventMeters(new SimpleMeterRegistry()), workers),
                "answerIngest", new AnswerIngest(cursors));
    }

    private HoldPorts holdPorts() {
        return new HoldPorts(log, new MirrorOf(mirrored), timers, workers, new HoldMeters(new SimpleMeterRegistry()));
    }

    @AfterEach
    void closeLog() {
        timers.shutdownNow();
        log.close();
        workers.shutdownNow();
    }

    @Test
    void shouldStoreABatchOnceInOrderWithTheProducersBytes() {
        // Given
        String second =
                "{\"event\": {\"run_id\":\"run_1\", \"event_id\":\"b\", \"sequence\":2, \"payload\":{\"n\":1.50}}}";
        String first = "{\"event\":{\"event_id\":\"a\",\"run_id\":\"run_1\",\"sequence\":1}}";

        // When
        IngestAnswer once = answer("{\"events\":[" + second + "," + first + "]}");
        IngestAnswer again = answer("{\"events\":[" + first + "," + second + "]}");

        // Then
        assertThat(once.accepted()).isEqualTo(2);
        assertThat(once.results()).isEmpty();
        assertThat(again.accepted()).isZero();
        assertThat(again.duplicates()).isEqualTo(2);
        assertThat(again.failed()).isZero();
        assertThat(again.cursors()).isEqualTo(once.cursors());
        assertThat(stored()).containsExactly(first, second);
    }

    @Test
    void shouldLetOneUnusableEventStandAlone() {
        // When
        IngestAnswer answer = answer("{\"events\":[{\"event\":{\"event_id\":\"a\"}},"
                + "{\"event\":{\"event_id\":\"b\",\"run_id\":\"run_1\",\"tenant_id\":\"tnt_other\"}},"
                + "{\"event\":{\"event_id\":\"c\",\"run_id\":\"run_1\"}}]}");

        // Then
        assertThat(answer.accepted()).isEqualTo(1);
        assertThat(answer.failed()).isEqualTo(2);
        assertThat(answer.results()).extracting(EventResult::status).containsExactly("invalid", "tenant_mismatch");
        assertThat(stored()).singleElement().asString().contains("\"c\"");
    }

    @Test
    void shouldLetOnlyTheHolderWriteARun() {
        // Given
        answer("{\"peer_id\":\"stk_b\",\"events\":[{\"event\":{\"event_id\":\"a\",\"run_id\":\"run_1\"}}]}");

        // When
        IngestAnswer other =
                answer("{\"peer_id\":\"stk_c\",\"events\":[{\"event\":{\"event_id\":\"b\",\"run_id\":\"run_1\"}}]}");

        // Then
        assertThat(other.results()).containsExactly(new EventResult(0, "forbidden", "holder", false, null));
        assertThat(stored()).hasSize(1);
    }

    @Test
    void shouldReadLinesWhereTheRequestSaysSo() {
        // Given
        String first = "{\"event\":{\"event_id\":\"a\",\"run_id\":\"run_1\"}}";
        String second = "{\"event\":{\"event_id\":\"b\",\"run_id\":\"run_1\"}}";

        // When
        ingest(first + "\n" + second + "\r\n", Map.of("content-type", "Application/X-NDJSON; charset=utf-8"));

        // Then
        assertThat(stored()).containsExactly(first, second);
    }

    @Test
    void shouldMarkWhatTheLogWillNotStore() {
        // Given
        answer("{\"events\":[{\"event_id\":\"a\",\"run_id\":\"run_1\",\"sequence\":5}]}");

        // When
        answer("{\"events\":[{\"event_id\":\"a\",\"run_id\":\"run_1\",\"sequence\":5},"
                + "{\"event_id\":\"b\",\"run_id\":\"run_1\",\"sequence\":4},"
                + "{\"event_id\":\"c\",\"run_id\":\"run_1\",\"sequence\":6}]}");

        // Then
        assertThat(marks)
                .containsExactly("a", "b late", "a duplicate late", "c"); // in the order in which they ask to be stored
    }

    @Test
    void shouldAnswerAnEmptyBatch() {
        // When
        IngestAnswer answer = answer("{\"events\":[]}");

        // Then
        assertThat(answer.accepted() + answer.rejected()).isZero();
    }

    @Test
    void shouldStoreNothingOfARefusedRequest() {
        // When
        Exchange refused = ingest("{\"auth\":{\"tenant_id\":\"tnt_demo\"},\"events\":[{\"event\":{\"event_id\":\"a\","
                + "\"run_id\":\"run_1\"}}],\"peer_id\":\"stk_b\",\"peer\":{\"stack_id\":\"stk_c\"}}");

        // Then
        assertThat(FederationException.in(refused.getException()))
                .map(FederationException::code)
                .contains(ErrorCode.FORBIDDEN);
        assertThat(log.find(RUN)).isEmpty();
    }

    @Test
    void shouldAnswerABatchThatLeavesAGapOnlyWhenTheGapIsFilled() throws Exception {
        // Given
        mirrored.add(RUN);
        answer(batchOf(1));
        CompletableFuture<IngestAnswer> fifth = CompletableFuture.supplyAsync(() -> answer(batchOf(5)));
        CompletableFuture<IngestAnswer> third = CompletableFuture.supplyAsync(() -> answer(batchOf(3, 4)));

        // When
        IngestAnswer second = answer(batchOf(2));

        // Then
        assertThat(List.of(
                        second.accepted(), third.get().accepted(), fifth.get().accepted()))
                .containsExactly(1, 2, 1);
        assertThat(stored())
                .extracting(envelope -> envelope.substring(envelope.indexOf("sequence")))
                .containsExactly(
                        "sequence\":1}}", "sequence\":2}}", "sequence\":3}}", "sequence\":4}}", "sequence\":5}}");
    }

    @Test
    void shouldHoldNeitherABatchOfSeveralRunsNorOneOfARunWithoutAMirror() {
        // Given: a hold would last until somebody fills the gap, for time does not pass here
        timers.shutdownNow();
        mirrored.add(RUN);

        // When
        IngestAnswer several = answer("{\"events\":[{\"event_id\":\"a\",\"run_id\":\"run_1\",\"sequence\":7},"
                + "{\"event_id\":\"b\",\"run_id\":\"run_2\",\"sequence\":9}]}");
        IngestAnswer unmirrored = answer("{\"events\":[{\"event_id\":\"c\",\"run_id\":\"run_2\",\"sequence\":20}]}");

        // Then
        assertThat(several.accepted()).isEqualTo(2);
        assertThat(unmirrored.accepted()).isEqualTo(1);
    }

    private static String batchOf(int... sequences) {
        return Arrays.stream(sequences)
                .mapToObj(sequence ->
                        "{\"event_id\":\"e" + sequence + "\",\"run_id\":\"run_1\",\"sequence\":" + sequence + "}")
                .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    }

    /** Runs whose peers are being read. */
    private record MirrorOf(Set<RunKey> runs) implements GapFill {
        @Override
        public boolean mayFill(RunKey run) {
            return runs.contains(run);
        }

        @Override
        public void readAgain(RunKey run) {}

        @Override
        public void waited(RunKey run, boolean filled) {}
    }

    /** The shipped step, and what a step of an integrator after it would see. */
    private void filterAndNote(Exchange exchange) {
        new SequenceFilter(log).process(exchange);
        BatchEvent event = exchange.getIn().getBody(BatchEvent.class);
        boolean duplicate = exchange.getProperty(Exchange.DUPLICATE_MESSAGE, false, boolean.class);
        marks.add(event.event().eventId() + (duplicate ? " duplicate" : "") + (event.isMarkedLate() ? " late" : ""));
    }

    private IngestAnswer answer(String body) {
        Exchange done = ingest(body);
        assertThat(done.getException()).isNull();
        return done.getMessage().getBody(IngestAnswer.class);
    }

    private Exchange ingest(String body) {
        return ingest(body, Map.of());
    }

    private Exchange ingest(String body, Map<String, String> headers) {
        return template.request("direct:ingest-events", exchange -> {
            exchange.setProperty(
                    InboundRequest.PROPERTY, new InboundRequest("POST", "/", Map.of(), headers, "req_1", "cor_1"));
            exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        });
    }

    private List<String> stored() {
        return log.read(RUN, Position.START, 100, 1 << 20).events().stream()
                .map(event -> event.envelope().toString())
                .toList();
    }

    private static Peer peer(String stackId) {
        return new Peer(
                info(stackId),
                java.net.URI.create("http://127.0.0.1:9"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }

    private static PeerInfo info(String stackId) {
        return new PeerInfo(stackId, null, null, null, null, null);
    }
}
