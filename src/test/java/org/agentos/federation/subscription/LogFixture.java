package org.agentos.federation.subscription;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.settings.EventLogSettings;

/** Small logs with small events for subscriptions to read. */
final class LogFixture {
    static final RunKey RUN = new RunKey("tnt_a", "run_1");
    static final RunKey OTHER = new RunKey("tnt_b", "run_2");

    /** What failed is a dead letter at once. */
    static final RedeliveryPolicy NEVER = redeliver(0);

    private LogFixture() {}

    static RocksEventLog open(Path directory, InstantSource clock) {
        return RocksEventLog.open(settings(directory), clock, new SecureRandom());
    }

    static EventLogSettings settings(Path directory) {
        return new EventLogSettings(directory, 8 << 20, 100_000, 1 << 20, 16 << 20, 16 << 20, false);
    }

    /** An event whose id says its run and sequence. */
    static IncomingEvent event(RunKey run, long sequence) {
        return event(run, sequence, "agentos.step");
    }

    static IncomingEvent event(RunKey run, long sequence, String type) {
        String id = run.runId() + "-" + sequence;
        String json =
                "{\"event\":{\"event_id\":\"" + id + "\",\"type\":\"" + type + "\",\"sequence\":" + sequence + "}}";
        return new IncomingEvent(run, id, sequence, type, ByteSlice.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    static void push(RocksEventLog log, IncomingEvent... events) throws Exception {
        log.append(new Source(Origin.PUSHED, Optional.empty()), Arrays.asList(events))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    static SubscriptionSpec spec(String name) {
        return spec(name, new StartFrom.Earliest(), EventFilter.ALL);
    }

    static SubscriptionSpec spec(String name, StartFrom from, EventFilter filter) {
        return new SubscriptionSpec(name, from, filter, 50, 3, NEVER);
    }

    static SubscriptionSpec spec(String name, RedeliveryPolicy redelivery) {
        return new SubscriptionSpec(name, new StartFrom.Earliest(), EventFilter.ALL, 50, 3, redelivery);
    }

    /** After a millisecond each. */
    static RedeliveryPolicy redeliver(int most) {
        return new RedeliveryPolicy(most, Duration.ofMillis(1), 1, Duration.ofMillis(1));
    }

    static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::eventId).toList();
    }
}
