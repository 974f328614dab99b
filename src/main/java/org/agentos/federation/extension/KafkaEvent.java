package org.agentos.federation.extension;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.component.EventLogHeaders;
import org.agentos.federation.eventlog.ByteSlice;
import org.apache.camel.Message;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A delivered event on its way into a Kafka topic.
 *
 * @param mark the same at each delivery of this event and of no other: {@code POSITION:HASH}, the hash being the first 48 bits of
 *     SHA-256 over tenant, run and event id, in hex. Without it a position would do, were they not given anew when an earlier
 *     state of the log is put back
 * @param again whether the event was given to the route before, as a dead letter say
 * @param key {@code TENANT/RUN}, percent-encoded: a run's events are in one partition, in order
 * @param value the envelope, an array of its own
 * @param headers of the record, in UTF-8 there
 * @param done completed once the event is in the topic, or failed once it is known not to be
 */
record KafkaEvent(
        String mark,
        boolean again,
        String key,
        ByteSlice value,
        Map<String, String> headers,
        CompletableFuture<Void> done) {
    private static final List<String> HEADERS = List.of(
            EventLogHeaders.TENANT_ID,
            EventLogHeaders.RUN_ID,
            EventLogHeaders.EVENT_ID,
            EventLogHeaders.EVENT_TYPE,
            EventLogHeaders.POSITION);

    private static final int HASH_DIGITS = 12;

    /** @throws IllegalStateException when the message is not as a subscription delivers it, saying what is missing */
    static KafkaEvent of(Message message) {
        Map<String, String> headers = new TreeMap<>();
        HEADERS.forEach(name -> headers.put(name, demand(name, message.getHeader(name, String.class))));
        String tenant = headers.get(EventLogHeaders.TENANT_ID);
        String run = headers.get(EventLogHeaders.RUN_ID);
        return new KafkaEvent(
                headers.get(EventLogHeaders.POSITION) + ":" + hash(tenant, run, headers.get(EventLogHeaders.EVENT_ID)),
                message.getHeader(EventLogHeaders.DELIVERY_ATTEMPT, 1, Integer.class) > 1,
                SafeName.of(tenant) + "/" + SafeName.of(run),
                ByteSlice.of(demand("body", message.getBody(byte[].class))),
                headers,
                new CompletableFuture<>());
    }

    private static <T> T demand(String name, T value) {
        if (value == null) {
            throw new IllegalStateException("the message has no " + name
                    + "; only events can be published, in a route that takes them from event-log:NAME");
        }
        return value;
    }

    /** Ids hold no control characters, so no two events are written alike. */
    private static String hash(String tenant, String run, String event) {
        return Hashing.sha256()
                .hashString(tenant + "\n" + run + "\n" + event, StandardCharsets.UTF_8)
                .toString()
                .substring(0, HASH_DIGITS);
    }

    ProducerRecord<byte[], byte[]> record(String topic) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(key), value.array());
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
