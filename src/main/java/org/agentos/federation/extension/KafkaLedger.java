package org.agentos.federation.extension;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events and the record of what is published, in transactions of one owner. Who has started last owns the transactional id; who
 * finds another's record stops for good and does not take the id back, for the other is the newer one. To be used by one thread.
 */
final class KafkaLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLedger.class);

    private final KafkaSettings settings;
    private final PositionTopic positions;
    private PositionRecord last;
    private PositionRecord next;
    private boolean claimed;
    private KafkaTransactions transactions;
    private volatile PublisherTakenOverException takenOver;

    /** @param me who writes, and since when */
    KafkaLedger(KafkaSettings settings, PositionRecord me) {
        this.settings = settings;
        this.positions = new PositionTopic(settings);
        this.last = me;
    }

    /** Whether another publisher has the transactional id: nothing will be published any more. */
    boolean isTakenOver() {
        return takenOver != null;
    }

    /**
     * Opens, if it is not: has the brokers decide what came of the last transaction, and reads back what is published.
     *
     * @throws PublisherTakenOverException when another owns the transactional id
     */
    void open() {
        if (takenOver != null) {
            throw takenOver;
        }
        if (transactions != null) {
            return;
        }
        KafkaTransactions opened = new KafkaTransactions(settings);
        try {
            goOn(opened, positions.last().orElse(last));
        } catch (RuntimeException unfit) {
            opened.close();
            throw unfit;
        }
        transactions = opened;
    }

    private void goOn(KafkaTransactions opened, PositionRecord found) {
        if (claimed && !found.owner().equals(last.owner())) {
            takenOver = new PublisherTakenOverException(
                    "another gateway publishes under this transactional id since " + found.since());
            throw takenOver;
        }
        last = last.with(found.published());
        if (!claimed) {
            claim(opened);
        }
    }

    private void claim(KafkaTransactions opened) {
        Map<Integer, Throwable> refused = opened.send(List.of(positions.record(last)));
        if (!refused.isEmpty()) {
            throw new IllegalStateException(
                    "cannot write to the position topic " + settings.positionTopic(),
                    refused.values().iterator().next());
        }
        opened.commit();
        claimed = true;
        LOG.info(
                "publishing to Kafka topic={} brokers={} transactionalId={} remembered={}",
                settings.topic(),
                settings.brokers(),
                settings.transactionalId(),
                last.published().first().size());
    }

    boolean holds(KafkaEvent event) {
        return last.published().holds(event.mark());
    }

    /**
     * Sends events in a new transaction, with the record that holds them; to be committed or aborted.
     *
     * @param underway marks to keep, see {@link PublishedMarks#and}
     * @return why records were not taken, by their index; empty when the brokers have them all
     */
    Map<Integer, Throwable> send(List<KafkaEvent> events, Predicate<String> underway) {
        next = last.with(last.published().and(events, underway));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        events.forEach(event -> records.add(event.record(settings.topic())));
        records.add(positions.record(next));
        return transactions.send(records);
    }

    /** When this throws, only opening anew can tell what came of it. */
    void commit() {
        transactions.commit();
        last = next;
    }

    /** Closes it where the brokers do not take an abort from it. */
    void abort() {
        try {
            transactions.abort();
        } catch (RuntimeException unfit) {
            close();
        }
    }

    /** It can be opened again. */
    @Override
    public void close() {
        if (transactions != null) {
            transactions.close();
            transactions = null;
        }
    }
}
