package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.AuditSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AuditTrailTest {
    private static final String ORIGIN = "0".repeat(64);

    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    Path folder;

    @Test
    void shouldWriteOneLineForARecord() throws Exception {
        // When
        write(record("run_1"));

        // Then
        String unsigned = "{\"time\":\"2026-01-02T03:04:05.678Z\",\"tenant_id\":\"tnt_a\",\"principal_id\":\"prn_a\","
                + "\"action\":\"federation.runs.forward\",\"resource\":\"run_1\",\"outcome\":\"allowed\","
                + "\"correlation_id\":\"cor_1\",\"request_id\":\"req_1\",\"peer\":null,"
                + "\"meta\":{\"attempts\":2,\"stack_id\":\"stk_b\"},\"prev\":\"" + ORIGIN + "\"";
        assertThat(Files.readString(file())).isEqualTo(unsigned + ",\"hash\":\"" + sha256(unsigned + "}") + "\"}\n");
    }

    @Test
    void shouldChainLinesOverRestarts() throws Exception {
        // When
        write(record("run_1"), record("run_2"));
        write(record("run_3"));

        // Then
        assertThat(lines()).hasSize(3);
        assertThat(isChained(lines())).isTrue();
    }

    @Test
    void shouldShowChangedRemovedAndInsertedLines() throws Exception {
        // Given
        write(record("run_1"), record("run_2"), record("run_3"));
        List<String> lines = lines();

        // When
        List<String> changed = new ArrayList<>(lines);
        changed.set(1, lines.get(1).replace("run_2", "run_9"));
        List<String> removed = new ArrayList<>(lines);
        removed.remove(1);
        List<String> inserted = new ArrayList<>(lines);
        inserted.add(1, lines.get(1));

        // Then
        assertThat(isChained(lines)).isTrue();
        assertThat(isChained(changed)).isFalse();
        assertThat(isChained(removed)).isFalse();
        assertThat(isChained(inserted)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"time\":\"2026", "{\"time\":\"2026-01-02T03:04:05Z\",\"\u00fc", "\u0000\u0000\u0000"})
    void shouldCutOffLineThatACrashCutShort(String torn) throws Exception {
        // Given
        write(record("run_1"));
        Files.writeString(file(), torn, StandardOpenOption.APPEND);

        // When
        write(record("run_2"));

        // Then
        assertThat(lines()).hasSize(2);
        assertThat(isChained(lines())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a record\n", "{}\n", "[1]\n", "\n", "{\"action\":\"federation.runs.forward\"}\n"})
    void shouldNotContinueAfterLineThatIsNotItsOwn(String line) throws Exception {
        // Given
        write(record("run_1"));
        Files.writeString(file(), line, StandardOpenOption.APPEND);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessage("names " + file() + ", which has a last record without a hash: another program wrote it,"
                        + " or it was changed; move the trail's files away to begin a new one");
    }

    @Test
    void shouldNotStartOnFileThatIsNoTrail() throws IOException {
        // Given
        Files.write(file(), new byte[100_000]);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessage("names " + file() + ", which is not an audit trail");
    }

    @Test
    void shouldNotShareItsFile() {
        // Given
        AuditTrail first = open();

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessage("names " + file() + ", which is in use by this process");
        first.close();
    }

    @Test
    void shouldNotStartOnFolder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditTrail.open(settings("file:" + folder), CLOCK))
                .withMessage("names " + folder + ", which is not a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file", "file:", "syslog"})
    void shouldNotStartOnUnknownSink(String sink) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditTrail.open(settings(sink), CLOCK))
                .withMessage("must be stdout, stderr or file:PATH");
    }

    @Test
    void shouldRefuseWhatItCannotKeepAndGoOnAfterwards() {
        // Given
        FailingSink sink = new FailingSink();
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);
        join(trail.record(record("run_1")));
        sink.failing = true;

        // When
        Throwable refusal = catchThrowable(() -> join(trail.record(record("run_2"))));
        sink.failing = false;
        join(trail.record(record("run_3")));
        trail.close();

        // Then
        assertThat(FederationException.in(refusal).orElseThrow().code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(sink.kept).hasSize(2);
        assertThat(isChained(sink.kept)).isTrue();
    }

    @Test
    void shouldRefuseAndGoOnAfterAnErrorOfTheMachine() {
        // Given
        FailingSink sink = new FailingSink();
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);
        sink.error = Optional.of(new OutOfMemoryError("for a moment"));

        // When
        CompletableFuture<Void> refused = trail.record(record("run_1")).toCompletableFuture();
        await().until(refused::isDone);
        sink.error = Optional.empty();
        join(trail.record(record("run_2")));
        trail.close();

        // Then
        assertThat(refused).isCompletedExceptionally();
        assertThat(sink.kept).hasSize(1);
    }

    @Test
    void shouldRefuseWhenTooMuchIsQueued() {
        // Given
        FailingSink sink = new FailingSink();
        CountDownLatch stalled = new CountDownLatch(1);
        sink.before = stalled;
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);
        List<CompletableFuture<Void>> taken = IntStream.range(0, 2 * AuditTrail.MAX_QUEUED)
                .mapToObj(i -> trail.record(record("run_" + i)).toCompletableFuture())
                .toList();

        // When
        CompletableFuture<Void> oneMore = trail.record(record("run")).toCompletableFuture();

        // Then
        assertThat(oneMore).isCompletedExceptionally();
        stalled.countDown();
        trail.close();
        long kept = taken.stream()
                .filter(future -> !future.isCompletedExceptionally())
                .count();
        assertThat(kept).isBetween((long) AuditTrail.MAX_QUEUED, AuditTrail.MAX_QUEUED + 1024L);
        assertThat(sink.kept).hasSize((int) kept);
    }

    @Test
    void shouldForceWhatIsWrittenWithoutFurtherRecords() {
        // Given
        FailingSink sink = new FailingSink();
        sink.failingForces.set(1);
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);

        // When
        join(trail.record(record("run_1")));

        // Then
        await().untilAsserted(() -> assertThat(sink.forced).isEqualTo(1));
        trail.close();
    }

    @Test
    void shouldForceWhatIsWrittenWhenClosed() {
        // Given
        FailingSink sink = new FailingSink();
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);
        join(trail.record(record("run_1")));
        join(trail.record(record("run_2")));

        // When
        trail.close();

        // Then
        assertThat(sink.forced).isEqualTo(2);
    }

    @Test
    void shouldWriteOnTheCallersThreadWhenNobodyElseWrites() {
        // Given
        FailingSink sink = new FailingSink();
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);

        // When
        CompletableFuture<Void> kept = trail.recordHere(record("run_1")).toCompletableFuture();

        // Then
        assertThat(kept).isCompleted();
        assertThat(sink.wrote).isEqualTo(Thread.currentThread());
        await().untilAsserted(() -> assertThat(sink.forced).isEqualTo(1));
        trail.close();
    }

    @Test
    void shouldNotWaitForAnotherThreadThatWrites() throws Exception {
        // Given
        FailingSink sink = new FailingSink();
        sink.before = new CountDownLatch(1);
        AuditTrail trail = new AuditTrail(sink, ChainKey.NONE, CLOCK);
        CompletableFuture<Void> first = trail.record(record("run_1")).toCompletableFuture();
        sink.begun.await();

        // When
        CompletableFuture<Void> second = trail.recordHere(record("run_2")).toCompletableFuture();

        // Then
        assertThat(second).isNotDone();
        sink.before.countDown();
        join(first);
        join(second);
        assertThat(sink.kept).hasSize(2);
        assertThat(isChained(sink.kept)).isTrue();
        trail.close();
    }

    @Test
    void shouldKeepOneChainOfWhatManyThreadsWrite() throws Exception {
        // Given
        AuditTrail trail = open();

        // When
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    for (int n = 0; n < 200; n++) {
                        AuditRecord record = record("run_" + i + "_" + n);
                        join(n % 3 == 0 ? trail.record(record) : trail.recordHere(record));
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        trail.close();

        // Then
        assertThat(lines()).hasSize(8 * 200);
        assertThat(isChained(lines())).isTrue();
    }

    @Test
    void shouldRefuseAfterClose() {
        // Given
        AuditTrail trail = open();
        trail.close();

        // When / Then
        assertThat(trail.record(record("run_1")).toCompletableFuture()).isCompletedExceptionally();
        assertThat(trail.recordHere(record("run_1")).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void shouldBoundLines() throws IOException {
        // Given
        AuditRecord record = new AuditRecord(
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                "action",
                "r".repeat(100_000),
                AuditRecord.Outcome.DENIED,
                "cor_1",
                "req_1",
                Optional.empty(),
                Map.of("a", "y".repeat(100_000), "remote", "192.0.2.1"));

        // When
        write(record);

        // Then
        assertThat(lines().get(0))
                .hasSizeLessThan(AuditLine.MAX_BYTES)
                .contains("\"meta\":{\"remote\":\"192.0.2.1\",\"truncated\":true}");
    }

    private static AuditSettings settings(String sink) {
        return new AuditSettings(sink, Optional.empty(), 1 << 20, Duration.ZERO, 0);
    }

    private Path file() {
        return folder.resolve("audit.log");
    }

    private AuditTrail open() {
        return AuditTrail.open(settings("file:" + file()), CLOCK);
    }

    private void write(AuditRecord... records) {
        try (AuditTrail trail = open()) {
            List.of(records).forEach(record -> join(trail.record(record)));
        }
    }

    private static void join(java.util.concurrent.CompletionStage<Void> stage) {
        stage.toCompletableFuture().join();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    /** Verifies a trail the way its format says, without the code that wrote it. */
    private static boolean isChained(List<String> lines) {
        String prev = ORIGIN;
        for (String line : lines) {
            int hashAt = line.lastIndexOf(",\"hash\":\"");
            String hash = line.substring(hashAt + 9, line.length() - 2);
            boolean linked = line.substring(0, hashAt).endsWith(",\"prev\":\"" + prev + "\"");
            if (!linked || !sha256(line.substring(0, hashAt) + "}").equals(hash)) {
                return false;
            }
            prev = hash;
        }
        return true;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AuditRecord record(String resource) {
        return new AuditRecord(
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                Optional.of("tnt_a"),
                Optional.of("prn_a"),
                "federation.runs.forward",
                resource,
                AuditRecord.Outcome.ALLOWED,
                "cor_1",
                "req_1",
                Optional.empty(),
                Map.of("stack_id", "stk_b", "attempts", 2));
    }

    /** Keeps lines in memory, and fails or stalls when told to. */
    private static final class FailingSink implements AuditSink {
        final List<String> kept = new ArrayList<>();
        volatile boolean failing;
        volatile Optional<Error> error = Optional.empty();
        final AtomicInteger failingForces = new AtomicInteger();
        volatile int forced;
        volatile CountDownLatch before = new CountDownLatch(0);
        final CountDownLatch begun = new CountDownLatch(1);
        volatile Thread wrote;

        @Override
        public String ready() {
            return kept.isEmpty() ? ORIGIN : AuditLine.hashOf(kept.get(kept.size() - 1));
        }

        @Override
        public void write(List<String> lines) throws IOException {
            wrote = Thread.currentThread();
            begun.countDown();
            try {
                before.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (error.isPresent()) {
                throw error.get();
            }
            if (failing) {
                throw new IOException("disk full");
            }
            kept.addAll(lines);
        }

        @Override
        public void force() throws IOException {
            if (failingForces.getAndDecrement() > 0) {
                throw new IOException("disk gone");
            }
            forced = kept.size();
        }

        @Override
        public void close() {}
    }
}
