package org.agentos.federation.extension;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.subscription.SubscriptionSpec;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events by one thread: all that wait go into one transaction, together with the record of what is published then. A
 * delivery that is in the topic already is done at once.
 *
 * <p>A transaction whose commit got no answer is settled before anything else is written: opening anew makes the brokers decide,
 * and the last record tells how. Until then its events are neither done nor failed, however long the brokers are away: given back
 * too early, one could become a dead letter and a doubled event.
 */
final class KafkaPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);

    /** How often an unsettled transaction is looked after while nothing else comes. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** The same problem is told again after this long. */
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    /** For a transaction under way when it closes; twice, the second time interrupted. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final KafkaLedger ledger;
    private final Set<String> underway = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<KafkaEvent> waiting = new ArrayBlockingQueue<>(SubscriptionSpec.MOST_IN_FLIGHT);
    private final Thread thread;
    private List<KafkaEvent> unsettled = List.of();
    private String told = "";
    private long toldNanos;
    private boolean reopened;
    private volatile boolean ending;
    private volatile boolean ended;

    /**
     * Starts, and does not wait for the brokers.
     *
     * @param me who writes, and since when
     */
    KafkaPublisher(KafkaSettings settings, PositionRecord me) {
        this.settings = settings;
        this.ledger = new KafkaLedger(settings, me);
        this.thread = new Thread(this::run, "kafka-publisher-" + settings.transactionalId());
        thread.setDaemon(true);
        thread.start();
    }

    // For the threads of the route

    /** Takes an event; its {@code done} tells what came of it. */
    void publish(KafkaEvent event) {
        if (!waiting.offer(event)) {
            fail(List.of(event), "as many events wait as a subscription may have in flight", null);
        }
        if (ended) {
            failAll();
        }
    }

    /** Keeps the event in mind until {@link #over}; false when it is. */
    boolean begin(String mark) {
        return underway.add(mark);
    }

    /** The route is done with an event, one way or the other. */
    void over(String mark) {
        underway.remove(mark);
    }

    /** Whether another publisher has the transactional id: nothing will be published any more. */
    boolean isTakenOver() {
        return ledger.isTakenOver();
    }

    /** What waits fails. */
    @Override
    public void close() throws InterruptedException {
        ending = true;
        thread.join(TO_CLOSE.toMillis());
        thread.interrupt();
        thread.join(TO_CLOSE.toMillis());
    }

    // The publisher's own thread

    private void run() {
        try {
            while (!ending) {
                List<KafkaEvent> batch = next();
                if (!batch.isEmpty() || !unsettled.isEmpty()) {
                    publish(batch);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            ledger.close();
            failAll();
        }
    }

    private List<KafkaEvent> next() throws InterruptedException {
        List<KafkaEvent> batch = new ArrayList<>();
        KafkaEvent first = waiting.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            waiting.drainTo(batch);
        }
        return batch;
    }

    /** Publishes all, or fails those that cannot be. */
    private void publish(List<KafkaEvent> batch) {
        Deque<List<KafkaEvent>> todo = new ArrayDeque<>(List.of(batch));
        reopened = false;
        while (!todo.isEmpty()) {
            try {
                ledger.open();
            } catch (RuntimeException closed) {
                notOpened(todo.stream().flatMap(List::stream).toList(), closed);
                return;
            }
            List<KafkaEvent> next =
                    Stream.concat(unsettled.stream(), todo.pop().stream()).toList();
            unsettled = List.of();
            write(next).forEach(todo::push);
        }
    }

    /** @return what is to be tried again */
    private List<List<KafkaEvent>> write(List<KafkaEvent> all) {
        Map<Boolean, List<KafkaEvent>> byNews =
                all.stream().collect(Collectors.partitioningBy(event -> !ledger.holds(event)));
        List<KafkaEvent> repeats = byNews.get(false);
        if (!repeats.isEmpty()) {
            LOG.info("delivered again and published already events={} ({})", repeats.size(), settings);
        }
        repeats.forEach(event -> event.done().complete(null));
        List<KafkaEvent> news = byNews.get(true);
        return news.isEmpty() ? List.of() : writeNews(news);
    }

    private List<List<KafkaEvent>> writeNews(List<KafkaEvent> news) {
        Map<Integer, Throwable> refused;
        try {
            refused = ledger.send(news, underway::contains);
        } catch (RuntimeException unfit) {
            ledger.close();
            fail(news, "no transaction could be begun", unfit);
            return List.of();
        }
        if (!refused.isEmpty()) {
            return abort(news, refused.values());
        }
        try {
            ledger.commit();
        } catch (RuntimeException unknown) {
            unsettled = news;
            ledger.close();
            tell("Kafka has not answered a commit, what came of it is looked up before anything else", unknown);
            return List.of();
        }
        news.forEach(event -> event.done().complete(null));
        return List.of();
    }

    /**
     * Finds the event that is too large by halves, for the client gives others of its transaction the same reason; and tries once
     * more where the brokers take another for the owner, to see who is. Anything else fails them all.
     */
    private List<List<KafkaEvent>> abort(List<KafkaEvent> news, Collection<Throwable> refused) {
        ledger.abort();
        if (news.size() > 1 && has(refused, RecordTooLargeException.class)) {
            int half = news.size() / 2;
            return List.of(news.subList(half, news.size()), news.subList(0, half));
        }
        if (!reopened
                && (has(refused, ProducerFencedException.class) || has(refused, InvalidProducerEpochException.class))) {
            reopened = true;
            return List.of(news);
        }
        Throwable first = refused.iterator().next();
        tell("Kafka has not taken events", first);
        fail(news, "it was not taken", first);
        return List.of();
    }

    private static boolean has(Collection<Throwable> refused, Class<? extends Throwable> kind) {
        return refused.stream().anyMatch(kind::isInstance);
    }

    private void notOpened(List<KafkaEvent> batch, RuntimeException why) {
        tell("cannot publish to Kafka", why);
        fail(batch, "no transaction can be begun", why);
        if (ledger.isTakenOver()) {
            fail(unsettled, "what came of its transaction is not looked up any more", why);
            unsettled = List.of();
        }
    }

    // Failing

    private void failAll() {
        List<KafkaEvent> left = new ArrayList<>();
        waiting.drainTo(left);
        fail(left, "it stops", null);
        fail(unsettled, "it stops before it is known whether the event is there", null);
    }

    private void fail(List<KafkaEvent> events, String why, Throwable cause) {
        for (KafkaEvent event : events) {
            event.done()
                    .completeExceptionally(
                            new NotPublishedException("not published to Kafka " + settings + ": " + why, cause));
        }
    }

    private void tell(String what, Throwable cause) {
        String problem = what + cause;
        long now = System.nanoTime();
        if (!problem.equals(told) || now - toldNanos > TELL_AGAIN.toNanos()) {
            told = problem;
            toldNanos = now;
            LOG.warn("{} ({}) cause={}", what, settings, String.valueOf(cause));
        }
    }
}
