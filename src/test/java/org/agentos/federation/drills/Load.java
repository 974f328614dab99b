package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.agentos.federation.drills.Calls.Got;
import org.agentos.federation.support.RegistryFile;

/**
 * Clients of all kinds at once, who remember everything over the gateway's crashes: 16 that push, 4 that read, 4 that forward to
 * two peers that count.
 */
final class Load implements AutoCloseable {
    static final String REGION = "drill";
    private static final int PUSHERS = 16;
    private static final int READERS = 4;
    private static final int FORWARDERS = 4;
    /** Forwards that are asked for again at a look in between. */
    private static final int ASKED_AGAIN = 50;

    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();
    private static final Duration MIRROR_PATIENCE = Duration.ofSeconds(60);

    private final List<CountingPeer> peers;
    private final List<Pushing> pushing = new ArrayList<>();
    private final List<Following> following = new ArrayList<>();
    private final Forwarding forwarding;
    private final Calls calls;
    private final Clients clients = new Clients();

    /** Runs and keys begin with the prefix. */
    Load(URI gateway, String prefix, List<CountingPeer> peers, Random chance) {
        this.calls = new Calls(gateway);
        this.peers = peers;
        this.forwarding = new Forwarding(REGION, prefix + "_key_");
        for (int i = 0; i < PUSHERS; i++) {
            pushing.add(new Pushing(prefix + "_" + i, new Random(chance.nextLong())));
        }
        for (int i = 0; i < READERS; i++) {
            following.add(new Following(prefix + "_" + i));
        }
    }

    /** Two peers of one region. */
    static List<CountingPeer> peers(Random chance) {
        return List.of(new CountingPeer("b", chance), new CountingPeer("c", chance));
    }

    static RegistryFile registry(List<CountingPeer> peers) {
        RegistryFile registry = new RegistryFile();
        for (int i = 0; i < peers.size(); i++) {
            registry.peer("stk_" + i, peers.get(i).baseUrl(), Map.of("region", REGION));
        }
        return registry;
    }

    void begin() {
        pushing.forEach(one -> clients.add(() -> one.untilGone(calls)));
        following.forEach(one -> clients.add(() -> one.untilGone(calls)));
        for (int i = 0; i < FORWARDERS; i++) {
            clients.add(() -> forwarding.untilGone(calls));
        }
    }

    /** After the gateway is gone: waits until every client has noticed. */
    void awaitGone() throws InterruptedException {
        clients.awaitGone();
    }

    /** Batches and forwards acknowledged so far. */
    long acks() {
        return pushing.stream().mapToLong(Pushing::acks).sum()
                + forwarding.answered().size();
    }

    long events() {
        return pushing.stream().mapToLong(Pushing::acked).sum();
    }

    long read() {
        return following.stream().mapToLong(one -> one.read().size()).sum();
    }

    int forwards() {
        return forwarding.answered().size();
    }

    /** Whether some client has something of its own acknowledged or read. */
    boolean isMixed() {
        return pushing.stream().allMatch(one -> one.acks() > 0) && forwards() > 0 && read() > 0;
    }

    /** Judges all logs, all readings and some of the forwards as they are now. */
    Findings judge() throws IOException {
        return judge(ASKED_AGAIN, false);
    }

    /** Judges everything: each forward, the peers' counts, and the mirrored events of each run too. */
    Findings judgeAll() throws IOException {
        forwarding.settle(calls);
        return judge(Integer.MAX_VALUE, true);
    }

    /** Judges all logs, all readings and all forwards as they are now, and not yet what is mirrored. */
    Findings judgeWhole() throws IOException {
        return judge(Integer.MAX_VALUE, false);
    }

    private Findings judge(int forwards, boolean mirrored) throws IOException {
        assertThat(pushing).extracting(Pushing::wrong).containsOnly("");
        Findings found = Findings.none();
        Map<String, List<Long>> logs = new HashMap<>();
        for (Pushing one : pushing) {
            logs.put(one.run(), sequences(one.run(), calls.stored(one.run())));
            found.add(one.judge(logs.get(one.run())));
        }
        following.forEach(one -> found.add(Findings.ofReading(one.run(), one.read(), logs.get(one.run()))));
        found.add(judgeForwards(forwards, mirrored));
        return found;
    }

    private Findings judgeForwards(int forwards, boolean mirrored) throws IOException {
        Map<String, String> answered = new HashMap<>(forwarding.answered());
        answered.keySet().retainAll(answered.keySet().stream().limit(forwards).toList());
        Map<String, String> now = forwarding.askAgain(calls, List.copyOf(answered.keySet()));
        Map<String, Set<String>> started = new HashMap<>();
        for (CountingPeer peer : peers) {
            peer.startedByKey().forEach((key, runs) -> started.computeIfAbsent(key, first -> new TreeSet<>())
                    .addAll(runs));
        }
        Findings found = Findings.ofForwards(answered, now, started);
        if (mirrored) {
            for (String run : answered.values()) {
                List<String> stored = awaitMirrored(run);
                found.add(Findings.ofLog(run, CountingPeer.EVENTS, CountingPeer.EVENTS, sequences(run, stored)));
            }
        }
        return found;
    }

    private List<String> awaitMirrored(String run) throws IOException {
        long deadline = System.nanoTime() + MIRROR_PATIENCE.toNanos();
        List<String> stored = calls.stored(run);
        while (stored.size() < CountingPeer.EVENTS && System.nanoTime() < deadline) {
            LockSupport.parkNanos(RETRY_NANOS);
            stored = calls.stored(run);
        }
        return stored;
    }

    private static List<Long> sequences(String run, List<String> envelopes) {
        return envelopes.stream()
                .map(envelope -> Events.sequenceIn(run, envelope))
                .toList();
    }

    /** The answer that a client of the load would get. */
    Got get(String path) throws IOException {
        return calls.get(path);
    }

    @Override
    public void close() {
        clients.close();
    }
}
