package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.drills.Calls.Got;
import org.agentos.federation.drills.Timeline.Append;
import org.agentos.federation.drills.Timeline.Reading;
import org.agentos.federation.drills.Timeline.Told;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many callers append to one run at once, often the same event, and read it: one order of single steps explains every answer. The
 * events have no sequence, so that the log alone decides their order.
 */
class ConcurrentAppendsIT {
    private static final int READERS = 2;
    /** An event is drawn out of so many around the newest, so that callers meet. */
    private static final int CONTENDED = 6;

    private static final int MAX_BATCH = 3;

    private final Drill drill = new Drill("concurrent-appends");
    private final int rounds = drill.parameter("rounds", 2);
    private final int callers = drill.parameter("callers", 12);
    private final int appends = drill.parameter("appends", 25);

    @TempDir
    Path directory;

    private final AtomicInteger newest = new AtomicInteger();

    @Test
    void shouldBehaveAsOneStepAfterTheOther() throws Exception {
        long told = 0;
        long duplicates = 0;
        long readings = 0;
        Random chance = drill.chance("events");
        try (GatewayProcess gateway = GatewayProcess.start(directory, Map.of())) {
            Calls calls = new Calls(gateway.baseUrl());
            for (int round = 1; round <= rounds; round++) {
                String run = "together_" + round;
                Timeline timeline = record(calls, run, chance.nextLong());
                assertThat(timeline.faults(ids(calls.stored(run))))
                        .as("%s, round %d", drill.describe(), round)
                        .isEmpty();
                told += timeline.appends();
                duplicates += timeline.told(Told.DUPLICATE);
                readings += timeline.readings();
                assertThat(timeline.told(Told.OTHER)).isZero();
            }
        }
        assertThat(duplicates).as("callers that met at one event").isPositive();
        drill.note("appends_recorded", told);
        drill.note("duplicates", duplicates);
        drill.note("readings", readings);
        drill.passed();
    }

    private Timeline record(Calls calls, String run, long seed) throws Exception {
        Timeline timeline = new Timeline();
        CountDownLatch begin = new CountDownLatch(1);
        AtomicInteger appending = new AtomicInteger(callers);
        newest.set(0);
        ExecutorService threads = Executors.newFixedThreadPool(callers + READERS);
        List<Future<?>> work = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Random chance = new Random(seed + caller);
            work.add(threads.submit(() -> {
                await(begin);
                try {
                    for (int i = 0; i < appends; i++) {
                        append(calls, run, timeline, chance);
                    }
                } finally {
                    appending.decrementAndGet();
                }
            }));
        }
        for (int reader = 0; reader < READERS; reader++) {
            work.add(threads.submit(() -> {
                await(begin);
                while (appending.get() > 0) {
                    read(calls, run, timeline);
                }
            }));
        }
        begin.countDown();
        for (Future<?> one : work) {
            one.get();
        }
        threads.shutdown();
        return timeline;
    }

    /** Several events in one request: they are told apart by the results, which name what was not plainly accepted. */
    private void append(Calls calls, String run, Timeline timeline, Random chance) {
        int first = Math.max(0, newest.getAndAdd(1) + 1 - chance.nextInt(CONTENDED));
        List<String> events = new ArrayList<>();
        int count = 1 + chance.nextInt(MAX_BATCH);
        for (int i = 0; i < count; i++) {
            events.add("e" + (first + i));
        }
        List<String> envelopes = events.stream()
                .map(id -> "{\"event\":{\"event_id\":\"" + id + "\",\"run_id\":\"" + run + "\",\"type\":\"t\"}}")
                .toList();
        try {
            long called = System.nanoTime();
            Got got = calls.ingest(envelopes);
            long answered = System.nanoTime();
            for (int i = 0; i < events.size(); i++) {
                timeline.add(new Append(events.get(i), called, answered, told(got, i)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Told told(Got got, int index) {
        if (got.status() != 200) {
            return Told.OTHER;
        }
        for (JsonNode result : got.json().path("results")) {
            if (result.get("index").asInt() == index) {
                return result.get("status").asText().equals("duplicate") ? Told.DUPLICATE : Told.OTHER;
            }
        }
        return Told.ACCEPTED;
    }

    private static void read(Calls calls, String run, Timeline timeline) {
        try {
            long called = System.nanoTime();
            List<String> events = ids(calls.stored(run));
            timeline.add(new Reading(events, called, System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> ids(List<String> envelopes) {
        return envelopes.stream()
                .map(envelope -> Json.parse(envelope).at("/event/event_id").asText())
                .toList();
    }

    private static void await(CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
