package org.agentos.federation.sinks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** Reads a topic from its beginning on and judges what is there. */
final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, List<String>> byRun = new HashMap<>();
    private int records;

    TopicReader(String servers, String topic, String isolation) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", isolation, "enable.auto.commit", false),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(of -> new TopicPartition(topic, of.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads what has come, waiting for a moment if there is nothing; tells how many records there were in all. */
    int read() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            byRun.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(header(record, "AgentosEventId"));
            records++;
        }
        return records;
    }

    /** Reads up to these places. */
    void readTo(Map<TopicPartition, Long> ends) {
        Awaitility.await().atMost(SinkRuns.PATIENCE).until(() -> {
            read();
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    int records() {
        return records;
    }

    /** The ids of each run's events in the order in which they are in the topic, by the key of its records. */
    Map<String, List<String>> byRun() {
        return byRun;
    }

    /** Those ids when each is taken at its first record only. */
    Map<String, List<String>> firstsByRun() {
        Map<String, List<String>> firsts = new HashMap<>();
        byRun.forEach(
                (run, events) -> firsts.put(run, events.stream().distinct().toList()));
        return firsts;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
