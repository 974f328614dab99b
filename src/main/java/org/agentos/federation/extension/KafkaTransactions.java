package org.agentos.federation.extension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Transactions under a transactional id, one after the other. All waits are as long as the settings allow. */
final class KafkaTransactions implements AutoCloseable {
    private static final Duration TO_CLOSE = Duration.ofSeconds(1);

    private final Producer<byte[], byte[]> producer;

    /** After this, whoever had the id before can write no more, and what was begun under it is committed or aborted. */
    KafkaTransactions(KafkaSettings settings) {
        producer = new KafkaProducer<>(settings.producer());
        try {
            producer.initTransactions();
        } catch (RuntimeException notOurs) {
            close();
            throw notOurs;
        }
    }

    /**
     * Begins a transaction and sends records in it.
     *
     * @return why records were not taken, by their index; empty when the brokers have them all
     * @throws KafkaException when it could not be begun
     */
    Map<Integer, Throwable> send(List<ProducerRecord<byte[], byte[]>> records) {
        producer.beginTransaction();
        Map<Integer, Throwable> refused = new TreeMap<>();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            records.forEach(record -> sent.add(producer.send(record)));
            producer.flush();
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException afterAnother) { // a record before it was refused
            refused.put(sent.size(), afterAnother);
        }
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).get();
            } catch (ExecutionException failed) {
                refused.put(i, failed.getCause());
            } catch (InterruptedException stopped) {
                throw new InterruptException(stopped);
            }
        }
        return refused;
    }

    /** When this throws, the transaction may be committed all the same: only who opens anew can tell. */
    void commit() {
        producer.commitTransaction();
    }

    /** When this throws, the transaction is not committed, but this producer is of no use any more. */
    void abort() {
        producer.abortTransaction();
    }

    /** Aborts what is open, if the brokers can be told soon. */
    @Override
    public void close() {
        try {
            producer.close(TO_CLOSE);
        } catch (KafkaException stopped) {
            producer.close(Duration.ZERO);
        }
    }
}
