package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.RegistryFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed load with hostile peers, clients that never read and clients that leave, in a heap of 256 MB. What it holds at rest after
 * it is what it held at rest before, and meanwhile heap and latency stay flat. Flatness is judged from {@value #JUDGED_FROM}
 * seconds on: a shorter load is over before anything could have grown.
 */
class SoakIT {
    private static final int JUDGED_FROM = 60;
    private static final int SAMPLES = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long HEAP_MARGIN = 24L << 20;
    /** Two column families fill and flush memtables of 64 MB each, at times of their own. */
    private static final long NATIVE_MARGIN = 160L << 20;

    private static final long MORE_THREADS = 12;
    private static final long MORE_SOCKETS = 24;

    private final Drill drill = new Drill("soak");
    private final int seconds = drill.parameter("seconds", 4);

    @TempDir
    Path directory;

    private Calls calls;
    private GatewayProcess gateway;
    private long probed = 1;

    @Test
    void shouldHoldNoMoreAfterALongLoadThanBefore() throws Exception {
        List<CountingPeer> peers = Load.peers(drill.chance("peers"));
        try (HostilePeer hostile = new HostilePeer(drill.chance("hostile"));
                GatewayProcess started = GatewayProcess.start(directory, environment(peers, hostile))) {
            gateway = started;
            calls = new Calls(started.baseUrl());
            SoakLoad warmUp = new SoakLoad(started.baseUrl(), calls, "warm");
            load(warmUp, Math.max(2, seconds / 6));
            Vitals before = atRest();

            SoakLoad soak = new SoakLoad(started.baseUrl(), calls, "soak");
            List<Vitals> during = load(soak, seconds);
            Vitals after = atRest();

            note(soak, hostile, before, during, after);
            judgeRest(before, after);
            if (seconds >= JUDGED_FROM) {
                judgeFlatness(during);
            }
            drill.passed();
        } finally {
            peers.forEach(CountingPeer::close);
        }
    }

    private Map<String, String> environment(List<CountingPeer> peers, HostilePeer hostile) {
        RegistryFile registry = Load.registry(peers);
        registry.peer("stk_hostile", hostile.baseUrl(), Map.of("region", "hostile"));
        // Caches so small that the warm-up fills them: what grows later is a leak.
        return Map.of(
                "JAVA_OPTS", "-Xmx256m -XX:+ExitOnOutOfMemoryError",
                "AGENTOS_PEERS_FILE",
                        registry.writeTo(directory.resolve("peers.json")).toString(),
                "AGENTOS_FED_LOG_BLOCK_CACHE_BYTES", Long.toString(16 << 20),
                "AGENTOS_FED_LOG_TAIL_BYTES", Long.toString(1 << 20),
                "AGENTOS_FED_LOG_DEDUPE_ENTRIES", "10000",
                "AGENTOS_FED_INGEST_RECENT_IDS", "1000",
                "AGENTOS_FED_STREAM_WRITE_TIMEOUT", "2s",
                "AGENTOS_FED_FORWARD_ATTEMPT_TIMEOUT_MS", "1000",
                "AGENTOS_FED_FORWARD_DEADLINE_MS", "2000");
    }

    /** Keeps the load up for so long; returns what it looked like meanwhile. */
    private List<Vitals> load(SoakLoad load, int howLong) throws Exception {
        List<Vitals> samples = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(howLong).toNanos();
        long pause = Duration.ofSeconds(howLong).toNanos() / SAMPLES;
        load.begin();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(pause);
            assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
            samples.add(vitals());
        }
        load.end();
        return samples;
    }

    private Vitals vitals() throws Exception {
        Vitals vitals = Vitals.of(gateway.pid(), calls, "probe", probed);
        probed += Vitals.probes();
        return vitals;
    }

    /** Waits until nothing is under way any more. */
    private Vitals atRest() throws Exception {
        for (String series : List.of(
                "agentos_federation_streams_open",
                "agentos_federation_streams_held_bytes",
                "agentos_federation_forwards_in_flight")) {
            await(series).atMost(PATIENCE).until(() -> calls.metric(series) == 0);
        }
        return vitals();
    }

    private void judgeRest(Vitals before, Vitals after) throws Exception {
        assertThat(after.threads())
                .as("%s: threads", drill.describe())
                .isLessThanOrEqualTo(before.threads() + MORE_THREADS);
        assertThat(after.sockets())
                .as("%s: sockets", drill.describe())
                .isLessThanOrEqualTo(before.sockets() + MORE_SOCKETS);
        assertThat(after.liveHeap())
                .as("%s: live heap\n%s", drill.describe(), Vitals.largest(gateway.pid()))
                .isLessThanOrEqualTo(before.liveHeap() + HEAP_MARGIN);
    }

    private void judgeFlatness(List<Vitals> during) {
        int third = during.size() / 3;
        List<Vitals> middle = during.subList(third, 2 * third);
        List<Vitals> last = during.subList(2 * third, during.size());
        assertThat(median(last, Vitals::liveHeap)).isLessThanOrEqualTo(median(middle, Vitals::liveHeap) + HEAP_MARGIN);
        assertThat(median(last, Vitals::resident))
                .isLessThanOrEqualTo(median(middle, Vitals::resident) + NATIVE_MARGIN);
        assertThat(median(last, Vitals::threads)).isLessThanOrEqualTo(median(middle, Vitals::threads) + MORE_THREADS);
        assertThat(median(last, Vitals::microseconds))
                .isLessThanOrEqualTo(3 * median(middle, Vitals::microseconds) + 20_000);
    }

    private static long median(List<Vitals> samples, ToLongFunction<Vitals> figure) {
        return samples.stream()
                .mapToLong(figure)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private void note(SoakLoad load, HostilePeer hostile, Vitals before, List<Vitals> during, Vitals after) {
        drill.note("events_stored", load.events());
        drill.note("forward_answers", load.forwardAnswers());
        drill.note("bytes_read", load.bytesRead());
        drill.note("hostile_requests", hostile.requests());
        drill.note("at_rest_before", before);
        drill.note("at_rest_after", after);
        drill.note("live_heap", during.stream().map(Vitals::liveHeap).toList());
        drill.note("resident", during.stream().map(Vitals::resident).toList());
        drill.note("microseconds", during.stream().map(Vitals::microseconds).toList());
        assertThat(load.events()).isPositive();
        assertThat(load.bytesRead()).isPositive();
        assertThat(hostile.requests()).isPositive();
    }
}
