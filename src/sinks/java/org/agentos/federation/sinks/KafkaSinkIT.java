package org.agentos.federation.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples for Kafka against a real broker, while the gateway is killed at moments drawn by chance, and the broker once:
 * records are counted where readers see them. {@code -Dsinks.seed=N} draws the same chance again. Three minutes for all on two idle
 * cores.
 */
class KafkaSinkIT {
    private static final String TOPIC = "runs";
    private static final SinkRuns RUNS = new SinkRuns(60, 30);
    private static final int KILLS = 4;
    private static final int BROKER_KILL = 2;

    /** After this long from what was counted, at most, comes the kill: a few transactions. */
    private static final int MOMENT_NANOS = 100_000_000;

    private static final Pattern REPEATS = Pattern.compile("delivered again and published already");

    private final long seed = Long.getLong("sinks.seed", System.nanoTime() & 0xFFFFFFFFL);
    private final Random chance = new Random(seed);

    @TempDir
    Path directory;

    private KafkaBroker broker;

    @BeforeEach
    void startBroker() throws Exception {
        System.out.println("KafkaSinkIT begins, repeat its chance by -Dsinks.seed=" + seed);
        broker = KafkaBroker.start(directory);
        broker.makeTopic(TOPIC, 4, Map.of());
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void shouldPublishEachEventOnceAndInOrderOverKills() throws Exception {
        // Given
        ExtendedHome home = home("kafka-exactly-once.yaml").setting("ext.kafka.transactional-id", "gateway-1");
        try (GatewayProcess gateway = GatewayProcess.start(home.path(), directory, Map.of());
                TopicReader reader = new TopicReader(broker.servers(), TOPIC, "read_committed");
                TopicReader all = new TopicReader(broker.servers(), TOPIC, "read_uncommitted")) {
            RUNS.push(gateway);

            // When
            killAgainAndAgain(gateway, reader);

            // Then
            assertThat(reader.byRun()).as("seed %s", seed).isEqualTo(pushed(RUNS));
            all.readTo(broker.settledEnds(TOPIC));
            System.out.println("KafkaSinkIT " + reader.records() + " records of " + RUNS.events() + " events, "
                    + (all.records() - reader.records()) + " of aborted transactions, repeats left out "
                    + REPEATS.matcher(gateway.output()).results().count() + " times");
            assertThat(gateway.stop()).isZero();
        }
    }

    @Test
    void shouldSendEachEventAtLeastOnceOverKills() throws Exception {
        // Given
        ExtendedHome home = home("kafka-sink.yaml");
        try (GatewayProcess gateway = GatewayProcess.start(home.path(), directory, Map.of());
                TopicReader reader = new TopicReader(broker.servers(), TOPIC, "read_uncommitted")) {
            RUNS.push(gateway);

            // When
            killAgainAndAgain(gateway, reader);

            // Then
            assertThat(reader.firstsByRun()).as("seed %s", seed).isEqualTo(pushed(RUNS));
            System.out.println("KafkaSinkIT " + reader.records() + " records of " + RUNS.events() + " events");
            assertThat(gateway.stop()).isZero();
        }
    }

    @Test
    void shouldKeepEventsForBrokersThatAreAwayOverAStop() throws Exception {
        // Given
        ExtendedHome home = home("kafka-exactly-once.yaml").setting("ext.kafka.transactional-id", "gateway-1");
        SinkRuns few = new SinkRuns(3, 2);
        broker.kill();
        try (GatewayProcess gateway = GatewayProcess.start(home.path(), directory, Map.of())) {
            few.push(gateway);
            await().atMost(SinkRuns.PATIENCE).until(() -> gateway.output().contains("cannot publish to Kafka"));

            // When
            assertThat(gateway.stop()).isZero();
            broker.start();
            gateway.start();
            SinkRuns.awaitCaughtUp(gateway);

            // Then
            assertThat(gateway.command("subscriptions", "list").output()).contains("dead letters 0");
            try (TopicReader reader = new TopicReader(broker.servers(), TOPIC, "read_committed")) {
                reader.readTo(broker.settledEnds(TOPIC));
                assertThat(reader.byRun()).isEqualTo(pushed(few));
            }
        }
    }

    private ExtendedHome home(String sample) {
        return ExtendedHome.in(directory)
                .sample(sample)
                .setting("ext.kafka.brokers", broker.servers())
                .setting("ext.kafka.topic", TOPIC);
    }

    private void killAgainAndAgain(GatewayProcess gateway, TopicReader reader) throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            int until = RUNS.events() * kill / (KILLS + 1);
            await().pollInterval(Duration.ofMillis(1)).atMost(SinkRuns.PATIENCE).until(() -> reader.read() >= until);
            if (kill == BROKER_KILL) {
                broker.kill();
                LockSupport.parkNanos(chance.nextInt(10 * MOMENT_NANOS));
                broker.start();
            }
            LockSupport.parkNanos(chance.nextInt(MOMENT_NANOS));
            gateway.kill();
            gateway.start();
        }
        SinkRuns.awaitCaughtUp(gateway);
        reader.readTo(broker.settledEnds(TOPIC));
    }

    private static Map<String, List<String>> pushed(SinkRuns pushedRuns) {
        List<String> events = IntStream.rangeClosed(1, pushedRuns.eventsOfARun())
                .mapToObj(sequence -> "e" + sequence)
                .toList();
        Map<String, List<String>> pushed = new HashMap<>();
        IntStream.rangeClosed(1, pushedRuns.runs()).forEach(run -> pushed.put(SinkRuns.TENANT + "/run_" + run, events));
        return pushed;
    }
}
