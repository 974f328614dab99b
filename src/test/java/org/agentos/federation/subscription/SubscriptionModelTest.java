package org.agentos.federation.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.subscription.HeldSink.Held;

/**
 * Any order of acks, any failures, and logs that close under the subscription at any moment, as a kill would: no event is
 * lost, those of a run come in order, and a kill repeats at most a hundred.
 */
class SubscriptionModelTest {
    private static final int KILLS = 3;

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void shouldLoseNothingAndRepeatLittle(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 80) int runs,
            @ForAll @IntRange(max = 3) int failing)
            throws Exception {
        Path directory = Files.createTempDirectory("subscription-model");
        Map<RunKey, Integer> pushed = new HashMap<>();
        Set<String> done = new HashSet<>();
        int perLife = 600;
        for (int life = 0; life <= KILLS; life++) {
            try (Life now = new Life(directory)) {
                now.push(random, runs, perLife, pushed);
                int target = life == KILLS ? Integer.MAX_VALUE : random.nextInt(perLife);
                int repeats = now.work(random, failing, target, done, total(pushed));
                assertThat(repeats).isLessThanOrEqualTo(100);
                now.assertOrder(done);
            }
        }
        assertThat(done).hasSize(total(pushed));
        MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }

    private static int total(Map<RunKey, Integer> pushed) {
        return pushed.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** A log and a subscription between two kills. */
    private static final class Life implements AutoCloseable {
        private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
        private final HeldSink sink = new HeldSink();
        private final RocksEventLog log;
        private final Subscription subscription;
        private final Set<String> doneBefore = new HashSet<>();

        Life(Path directory) {
            log = LogFixture.open(directory, InstantSource.system());
            Subscriptions subscriptions = new Subscriptions(
                    log.feed(),
                    log.subscriptions(),
                    log.epoch(),
                    new SimpleMeterRegistry(),
                    InstantSource.system(),
                    System::nanoTime,
                    timers);
            subscription = subscriptions.open(
                    new SubscriptionSpec(
                            "crm", new StartFrom.Earliest(), EventFilter.ALL, 50, 10_000, LogFixture.NEVER),
                    sink);
        }

        void push(Random random, int runs, int count, Map<RunKey, Integer> pushed) throws Exception {
            List<IncomingEvent> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                RunKey run = new RunKey("tnt_" + random.nextInt(2), "run_" + random.nextInt(runs));
                batch.add(LogFixture.event(run, pushed.merge(run, 1, Integer::sum)));
                if (random.nextInt(20) == 0 || i == count - 1) {
                    LogFixture.push(log, batch.toArray(IncomingEvent[]::new));
                    batch.clear();
                }
            }
        }

        /** Works until so many are done or all are; tells how many came that were done in an earlier life. */
        int work(Random random, int failing, int target, Set<String> done, int all) {
            doneBefore.addAll(done);
            int repeats = 0;
            List<Held> held = new ArrayList<>();
            for (int finished = 0; finished < target && done.size() < all; ) {
                held.addAll(held.isEmpty() ? sink.await(1) : sink.poll());
                Collections.shuffle(held, random);
                int some = random.nextInt(held.size()) + 1;
                for (Held next : held.subList(0, some)) {
                    String id = id(next.delivery());
                    repeats += doneBefore.contains(id) ? 1 : 0;
                    done.add(id);
                    finished++;
                    if (random.nextInt(10) < failing) {
                        next.fail("no");
                    } else {
                        next.take();
                    }
                }
                held.subList(0, some).clear();
            }
            return repeats;
        }

        /** Within a life no event comes twice, and those of a run rise. */
        void assertOrder(Set<String> done) {
            Map<RunKey, Long> last = new HashMap<>();
            for (Delivery delivery : sink.given) {
                long sequence = delivery.sequence().orElseThrow();
                assertThat(sequence).isGreaterThan(last.getOrDefault(delivery.run(), 0L));
                last.put(delivery.run(), sequence);
            }
            assertThat(done).isNotNull();
        }

        private static String id(Delivery delivery) {
            return delivery.run().tenantId() + " " + delivery.eventId();
        }

        /** The log first: what the subscription would still save is not saved. */
        @Override
        public void close() throws Exception {
            log.close();
            subscription.close();
            timers.shutdownNow();
        }
    }
}
