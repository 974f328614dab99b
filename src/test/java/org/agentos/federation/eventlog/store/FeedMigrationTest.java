package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agentos.federation.eventlog.EventFeed.FeedRecord;
import org.agentos.federation.eventlog.EventFeed.Limits;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Logs that an earlier version wrote get their feed. */
class FeedMigrationTest {
    private static final RunKey THIRD = new RunKey("tnt_b", "run_3");

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();

    @Test
    void shouldBuildTheFeedOfALogThatHasNone() throws Exception {
        // Given
        write();
        forgetFeed();

        // When
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event(THIRD, "new", 9));

            // Then
            assertThat(read(log)).containsExactly("run_1 1", "run_1 2", "run_3 1", "run_3 2", "run_3 9");
            assertThat(log.feed().before(THIRD, new Position(2, 0)))
                    .isEqualTo(log.feed().end() - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldGoOnWhereACrashLeftIt(int entriesBefore) throws Exception {
        // Given
        write();
        List<FeedEntry> whole = forgetFeed();
        changeStore((store, batch) -> whole.stream().limit(entriesBefore).forEach(entry -> put(store, batch, entry)));

        // When
        changeStore((store, batch) -> new FeedMigration(store, 2).build());

        // Then
        changeStore((store, batch) ->
                assertThat(new FeedReader(store).entries(0, 1000, 1000)).isEqualTo(whole));
    }

    /** Records of a run, of one that is deleted, of a log set aside, of another tenant's run. */
    private void write() throws Exception {
        try (RocksEventLog log = RocksEventLog.open(EventLogs.settings(directory), clock, new SecureRandom())) {
            RunKey aside = new RunKey("tnt_a", "run_4");
            for (int i = 1; i <= 2; i++) {
                push(log, event("e" + i, i), event(OTHER_RUN, "e" + i, i), event(THIRD, "e" + i, i));
                clock.pass(Duration.ofHours(1));
            }
            push(log, event(aside, "e1", 1));
            log.delete(OTHER_RUN).toCompletableFuture().get();
            log.hold(aside, "stk_b").toCompletableFuture().get();
        }
    }

    /** Leaves the log as version 3 would have, and gives the feed that is to be built. */
    private List<FeedEntry> forgetFeed() throws Exception {
        changeStore((store, batch) -> {
            batch.deleteRange(store.handle(Family.FEED), KeyCodec.number(0), KeyCodec.number(-1));
            batch.deleteRange(store.handle(Family.RUN_KEY), KeyCodec.number(0), KeyCodec.number(-1));
            batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(3));
        });
        List<FeedEntry> built = new ArrayList<>();
        changeStore((store, batch) -> {
            new FeedMigration(store, FeedMigration.STEP).build();
            built.addAll(new FeedReader(store).entries(0, 1000, 1000));
            batch.deleteRange(store.handle(Family.FEED), KeyCodec.number(0), KeyCodec.number(-1));
            batch.deleteRange(store.handle(Family.RUN_KEY), KeyCodec.number(0), KeyCodec.number(-1));
        });
        assertThat(built).extracting(FeedEntry::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(built).isSortedAccordingTo(Comparator.comparingLong(FeedEntry::storedMillis));
        return built;
    }

    private static void put(LogStore store, WriteBatch batch, FeedEntry entry) {
        try {
            batch.put(store.handle(Family.FEED), entry.key(), entry.value());
        } catch (RocksDBException failed) {
            throw new AssertionError(failed);
        }
    }

    private static List<String> read(RocksEventLog log) {
        return log.feed().read(0, run -> true, new Limits(1000, 1 << 20)).records().stream()
                .map(FeedMigrationTest::told)
                .toList();
    }

    private static String told(FeedRecord record) {
        return record.run().runId() + " "
                + record.events().get(record.events().size() - 1).position().sequence();
    }

    private void changeStore(Change change) throws Exception {
        NativeLibrary.load(directory.resolve("native"));
        try (LogStore store = LogStore.open(directory.resolve("rocksdb"), 1 << 20);
                WriteBatch batch = new WriteBatch()) {
            change.apply(store, batch);
            store.write(batch);
            store.sync();
        }
    }

    private interface Change {
        void apply(LogStore store, WriteBatch batch) throws Exception;
    }
}
