package org.agentos.federation.extension;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where and how to publish.
 *
 * @param client of the integrator, for all three clients: how to connect, and limits other than those here
 */
record KafkaSettings(
        String brokers, String topic, String transactionalId, String positionTopic, Map<String, String> client) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    /** So that a broker that is away is told of within seconds; a file of the integrator's may set others. */
    private static final Map<String, Object> LIMITS = Map.of(
            "max.block.ms", 10_000,
            "request.timeout.ms", 5_000,
            "delivery.timeout.ms", 10_000,
            "default.api.timeout.ms", 10_000,
            "reconnect.backoff.ms", 250,
            "reconnect.backoff.max.ms", 2_000,
            "transaction.timeout.ms", 30_000); // as long a gateway that was killed may hold up readers

    /** What makes it once and in order; not for others to set. */
    private static final Map<String, Object> PRODUCER = Map.of(
            "acks",
            "all",
            "enable.idempotence",
            true,
            "max.in.flight.requests.per.connection",
            5,
            "key.serializer",
            ByteArraySerializer.class,
            "value.serializer",
            ByteArraySerializer.class);

    private static final Map<String, Object> CONSUMER = Map.of(
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class);

    /** @throws IllegalArgumentException saying which property of the bean is wrong, and how */
    KafkaSettings {
        demand("brokers", brokers != null && !brokers.isBlank(), "must be HOST:PORT, comma separated if more");
        demand("transactionalId", transactionalId != null && !transactionalId.isBlank(), "must name this gateway");
        demand("topic", isTopic(topic), "must be 1 to 249 of A-Z a-z 0-9 . _ -");
        demand("positionTopic", isTopic(positionTopic), "must be 1 to 249 of A-Z a-z 0-9 . _ -");
        demand("positionTopic", !positionTopic.equals(topic), "must be another topic than that of the events");
        for (String name : client.keySet()) {
            boolean ours = PRODUCER.containsKey(name) || CONSUMER.containsKey(name);
            demand(
                    "clientProperties",
                    !ours && !name.equals("transactional.id") && !name.equals("bootstrap.servers"),
                    "names a file with " + name + ", which is not to be set there");
        }
    }

    private static boolean isTopic(String name) {
        return name != null && TOPIC.matcher(name).matches();
    }

    private static void demand(String property, boolean fits, String what) {
        if (!fits) {
            throw new IllegalArgumentException("the Kafka publisher's property " + property + " " + what);
        }
    }

    /**
     * Reads a file of client properties, as Kafka's own tools take it.
     *
     * @throws IllegalArgumentException when it cannot be read
     */
    static Map<String, String> read(String file) {
        Properties read = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            read.load(in);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the Kafka publisher's clientProperties cannot be read: " + unreadable);
        }
        Map<String, String> client = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> client.put(name, read.getProperty(name)));
        return client;
    }

    Map<String, Object> producer() {
        Map<String, Object> producer = with(PRODUCER);
        producer.put("transactional.id", transactionalId);
        return producer;
    }

    Map<String, Object> consumer() {
        return with(CONSUMER);
    }

    Map<String, Object> admin() {
        return with(Map.of());
    }

    private Map<String, Object> with(Map<String, Object> fixed) {
        Map<String, Object> all = new HashMap<>(LIMITS);
        all.putAll(client);
        all.putAll(fixed);
        all.put("bootstrap.servers", brokers);
        return all;
    }

    @Override
    public String toString() {
        return "topic " + topic + " at " + brokers + ", transactional id "
                + transactionalId; // no secrets of the client's
    }
}
