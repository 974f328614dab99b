package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.SseFrame;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BackupIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    private final GatewayProcess gateway = GATEWAY.process();
    private final String run = Sample.runId();
    private final Path backup = gateway.directory().resolve(Sample.unique("backup"));

    @Test
    void shouldGoOnFromABackupMadeUnderIngest() throws Exception {
        // Given
        GATEWAY.store(Sample.envelopes(run, 3));
        String beforeBackup = cursorAfter(run, 3);
        String forward = Sample.forward("stk_b", Sample.key());
        Answer forwarded = GATEWAY.forward(forward);
        String busy = Sample.runId();
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> ingest = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                GATEWAY.store(Sample.envelope(busy, acknowledged.get() + 1L));
                acknowledged.incrementAndGet();
            }
        });
        Awaitility.await().until(() -> acknowledged.get() >= 20);
        int atLeast = acknowledged.get();

        // When
        GatewayProcess.Ended backedUp = gateway.command("backup", backup.toString());
        enough.set(true);
        ingest.get();
        int afterwards = acknowledged.get();
        String late = GATEWAY.store(Sample.envelope(run, 4))
                .json()
                .at("/cursors/" + run)
                .asText();
        GatewayProcess.Ended whileRunning = gateway.command("restore", "--replace", backup.toString());
        assertThat(GATEWAY.stored(run)).hasSize(4);
        gateway.stop();
        GatewayProcess.Ended untold = gateway.command("restore", backup.toString());
        GatewayProcess.Ended restored = gateway.command("restore", "--replace", backup.toString());
        gateway.start();

        // Then
        assertThat(backedUp.output()).contains("backup made in " + backup);
        assertThat(backedUp.exitCode()).isZero();
        assertThat(whileRunning.exitCode()).isEqualTo(1);
        assertThat(whileRunning.output()).contains("is in use by another process");
        assertThat(untold.exitCode()).isEqualTo(1);
        assertThat(untold.output()).contains("--replace");
        assertThat(restored.exitCode()).as(restored.output()).isZero();
        assertThat(Files.readAllLines(gateway.directory().resolve("audit.log")))
                .filteredOn(line -> line.contains("\"action\":\"federation.data.restore\",\"resource\":\"" + backup))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("\"outcome\":\"allowed\""));
        assertThat(GATEWAY.stored(run)).containsExactly(Sample.envelopes(run, 3));
        assertThat(GATEWAY.stored(busy)).hasSizeBetween(atLeast, afterwards);
        assertThat(GATEWAY.stored(busy)).startsWith(Sample.envelopes(busy, atLeast));
        assertThatCursorsOfTheLostEpochAreRefused(beforeBackup, late);
        Answer again = GATEWAY.forward(forward);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json().get("forwarded")).isEqualTo(forwarded.json().get("forwarded"));
    }

    private void assertThatCursorsOfTheLostEpochAreRefused(String... cursors) {
        for (String cursor : cursors) {
            Answer refused = events(run, "?follow=false&cursor=" + cursor);
            assertThat(refused.status()).isEqualTo(410);
            assertThat(refused.errorCode()).isEqualTo("cursor_expired");
            String earliest = refused.details().get("earliest_cursor").asText();
            assertThat(GATEWAY.readToEnd(run, "?follow=false&cursor=" + earliest)
                            .frames("agentos.event"))
                    .hasSize(3);
            assertThat(refused.details().get("latest_cursor").asText()).isEqualTo(cursorAfter(run, 3));

            List<SseFrame> told = GATEWAY.readToEnd(run, "?follow=false&on_gap=continue&cursor=" + cursor)
                    .frames();
            assertThat(told)
                    .filteredOn(frame -> frame.is("agentos.gap"))
                    .singleElement()
                    .satisfies(gap -> assertThat(gap.data()).contains("\"reason\":\"ahead\"", cursor, earliest));
            assertThat(told).filteredOn(frame -> frame.is("agentos.event")).hasSize(3);
        }
    }

    @Test
    void shouldRefuseADamagedBackupAndChangeNothing() throws IOException {
        // Given
        GATEWAY.store(Sample.envelopes(run, 2));
        gateway.stop();
        assertThat(gateway.command("backup", backup.toString()).exitCode()).isZero();
        List<String> before = namesIn(gateway.dataDirectory().resolve("event-log"));

        // When
        flip(backup.resolve("event-log/synced-groups"));
        GatewayProcess.Ended flipped = gateway.command("restore", "--replace", backup.toString());
        Files.delete(backup.resolve("manifest.json"));
        GatewayProcess.Ended without = gateway.command("restore", "--replace", backup.toString());
        List<String> after = namesIn(gateway.dataDirectory().resolve("event-log"));
        gateway.start();

        // Then
        assertThat(flipped.exitCode()).isEqualTo(1);
        assertThat(flipped.output()).contains("synced-groups is not as it was written");
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.output()).contains("has no manifest.json");
        assertThat(after).isEqualTo(before);
        assertThat(GATEWAY.stored(run)).hasSize(2);
    }

    private static List<String> namesIn(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void shouldResumeFromTheCursorOfAnIngestAnswer() {
        // Given
        String first = GATEWAY.store(Sample.envelopes(run, 2))
                .json()
                .at("/cursors/" + run)
                .asText();
        Answer conflict = GATEWAY.ingest(Sample.event(run, "other", "\"sequence\":1,\"type\":\"agentos.step\""));
        String refused = conflict.json().at("/cursors/" + run).asText();

        // When
        GATEWAY.store(Sample.envelope(run, 3));

        // Then
        assertThat(refused).isEqualTo(first);
        assertThat(GATEWAY.readToEnd(run, "?follow=false&cursor=" + first).frames("agentos.event"))
                .extracting(SseFrame::data)
                .containsExactly(Sample.envelope(run, 3));
    }

    @Test
    void shouldRotateTheKeyOfCursorsWhileItRuns() {
        // Given
        GATEWAY.store(Sample.envelopes(run, 2));
        String old = cursorAfter(run, 1);

        // When
        GatewayProcess.Ended rotated = gateway.command("rotate-cursor-key");
        String young = cursorAfter(run, 1);

        // Then
        assertThat(rotated.exitCode()).as(rotated.output()).isZero();
        assertThat(young).isNotEqualTo(old);
        for (String cursor : List.of(old, young)) {
            assertThat(GATEWAY.readToEnd(run, "?follow=false&cursor=" + cursor).frames("agentos.event"))
                    .hasSize(1);
        }

        // When
        GatewayProcess.Ended revoked = gateway.command("rotate-cursor-key", "--revoke-old");

        // Then
        assertThat(revoked.exitCode()).as(revoked.output()).isZero();
        for (String cursor : List.of(old, young)) {
            assertThat(events(run, "?follow=false&cursor=" + cursor).errorCode())
                    .isEqualTo("invalid_cursor");
        }
        assertThat(GATEWAY.readToEnd(run, "?follow=false&cursor=" + cursorAfter(run, 1))
                        .frames("agentos.event"))
                .hasSize(1);
    }

    /** The cursor after a run's event of a sequence, as a page gives it. */
    private static String cursorAfter(String runId, int sequence) {
        Answer page = GATEWAY.http()
                .get("/v1/federation/runs/" + runId + "/events")
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .send();
        return page.json().get("cursors").get(sequence - 1).asText();
    }

    private static Answer events(String runId, String query) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + runId + "/events" + query)
                .tenant(Sample.TENANT)
                .send();
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
