package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway that ends in the middle of a stream, and comes back: with its log, or with an older one. */
class StreamCrashIT {
    private static final int READ_BEFORE_THE_END = 40;
    private static final int BATCH = 5;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().environment("AGENTOS_FED_SHUTDOWN_DRAIN", "0ms");

    private final String run = Sample.runId();

    @Test
    void shouldGoOnAfterACrashInMidStream() {
        // Given
        GATEWAY.process();
        GATEWAY.store(Sample.envelope(run, 1));
        List<String> got = new ArrayList<>();
        String place;

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            CompletableFuture<Integer> pushing = CompletableFuture.supplyAsync(() -> pushFrom(2));
            stream.await("agentos.event", READ_BEFORE_THE_END);
            GATEWAY.process().kill();
            assertThat(stream.awaitEnd()).isEqualTo(SseClient.State.CUT);
            pushing.join();
            Reading before = Reading.ofFrames(stream.frames());
            got.addAll(before.events());
            place = before.place();
        }
        GATEWAY.process().start();
        GATEWAY.store(Sample.completed(run, 1_000_000));

        // Then
        for (Reading.Form form : Reading.Form.values()) {
            Reading rest = Reading.read(GATEWAY, run, form, "Last-Event-ID: " + place);
            List<String> all = new ArrayList<>(got);
            all.addAll(rest.events());
            assertThat(all).isEqualTo(GATEWAY.stored(run)).doesNotHaveDuplicates();
            assertThat(all.subList(0, all.size() - 1)).containsExactly(Sample.envelopes(run, all.size() - 1));
            assertThat(rest.end()).hasValue("run_completed");
        }
    }

    /** A cursor names the event it follows, so a log that never held it, or holds another there, can tell. */
    @Test
    void shouldTellThatTheLogLostTheEventACursorFollows() throws IOException {
        // Given
        Path data = GATEWAY.process().dataDirectory();
        Path older = GATEWAY.process().directory().resolve("older");
        GATEWAY.store(Sample.envelopes(run, 2));
        GATEWAY.process().stop();
        copy(data, older);
        GATEWAY.process().start();
        GATEWAY.store(Sample.envelope(run, 3));
        String lost = Reading.read(GATEWAY, run, Reading.Form.SSE).place();

        // When
        GATEWAY.process().stop();
        delete(data);
        copy(older, data);
        GATEWAY.process().start();

        // Then
        assertThatLost(lost);
        GATEWAY.store(Sample.event(run, "evt_" + run + "_another", "\"sequence\":3"));
        assertThatLost(lost);
    }

    private void assertThatLost(String cursor) {
        List<String> kept = GATEWAY.stored(run);
        for (String form : List.of("text/event-stream", "application/json", "application/x-ndjson")) {
            Answer answer = Reading.ask(GATEWAY, run, form, List.of("cursor=" + cursor));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(410);
            assertThat(answer.errorCode()).isEqualTo("cursor_expired");
            assertThat(answer.details().get("earliest_sequence").asInt()).isEqualTo(1);
        }
        for (Reading.Form form : Reading.Form.values()) {
            Reading told = Reading.read(GATEWAY, run, form, "cursor=" + cursor, "on_gap=continue");
            assertThat(told.gaps())
                    .extracting(gap -> gap.get("reason").asText())
                    .containsExactly("ahead");
            assertThat(told.gaps().get(0).get("requested").asText()).isEqualTo(cursor);
            assertThat(told.events()).isEqualTo(kept);
        }
    }

    /** Pushes until the gateway is gone; returns how far it got. */
    private int pushFrom(int first) {
        int next = first;
        try {
            while (true) {
                String[] batch = new String[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    batch[i] = Sample.envelope(run, next + i);
                }
                if (GATEWAY.ingest(batch).status() != 200) {
                    return next;
                }
                next += BATCH;
            }
        } catch (UncheckedIOException gone) {
            return next;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
