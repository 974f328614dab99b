package org.agentos.federation.extension;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;

/** The compacted topic of one partition in which each transaction notes what is published. */
final class PositionTopic {
    /** Records behind each other are two offsets apart, more where transactions were aborted. */
    private static final long LOOK_BACK = 64;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TO_READ = Duration.ofSeconds(20);

    /** Small, so that compaction, which leaves out the segment written to, has something to take. */
    private static final String SEGMENT_BYTES = Integer.toString(16 << 20);

    private final KafkaSettings settings;
    private final byte[] key;
    private final TopicPartition partition;

    PositionTopic(KafkaSettings settings) {
        this.settings = settings;
        this.key = settings.transactionalId().getBytes(StandardCharsets.UTF_8);
        this.partition = new TopicPartition(settings.positionTopic(), 0);
    }

    ProducerRecord<byte[], byte[]> record(PositionRecord now) {
        return new ProducerRecord<>(partition.topic(), partition.partition(), key, now.encode());
    }

    /** The last committed record; when there is no such topic, it is made. To be called when no transaction is open. */
    Optional<PositionRecord> last() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            List<PartitionInfo> partitions = consumer.partitionsFor(partition.topic());
            if (partitions == null || partitions.isEmpty()) {
                make();
                return Optional.empty();
            }
            if (partitions.size() > 1) {
                throw new IllegalStateException("the position topic " + partition.topic() + " has " + partitions.size()
                        + " partitions; it has to have one, or its last record could not be told");
            }
            return last(consumer);
        }
    }

    private void make() {
        NewTopic topic = new NewTopic(partition.topic(), Optional.of(1), Optional.empty())
                .configs(Map.of("cleanup.policy", "compact", "segment.bytes", SEGMENT_BYTES));
        try (Admin admin = Admin.create(settings.admin())) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "the position topic " + partition.topic() + " is not there and cannot be made: "
                                + refused.getCause(),
                        refused.getCause());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while the position topic was made", stopped);
        }
    }

    private Optional<PositionRecord> last(KafkaConsumer<byte[], byte[]> consumer) {
        consumer.assign(List.of(partition));
        long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long deadline = System.nanoTime() + TO_READ.toNanos();
        byte[] found = null;
        for (long back = LOOK_BACK, from = end; found == null && from > begin; back *= 4) {
            from = Math.max(begin, end - back);
            consumer.seek(partition, from);
            found = lastBefore(consumer, end, deadline);
        }
        return Optional.ofNullable(found).map(PositionRecord::decode);
    }

    private byte[] lastBefore(KafkaConsumer<byte[], byte[]> consumer, long end, long deadline) {
        byte[] found = null;
        while (consumer.position(partition) < end) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "the position topic " + partition.topic() + " was not read within " + TO_READ);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (Arrays.equals(record.key(), key)) {
                    found = record.value();
                }
            }
        }
        return found;
    }
}
