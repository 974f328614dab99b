package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * The side file that remembers the last synced group. Recovery stops in silence at the first damaged byte of the
 * write-ahead log; a log that comes back with fewer groups than stand here has lost acknowledged events.
 *
 * <p>It is written after every sync, but forced only {@value #FORCE_EVERY_MILLIS} ms after the last time: otherwise each
 * group would wait for two fsyncs in a row, and what a power loss takes from it only narrows the check by as much.
 */
final class SyncedGroups implements AutoCloseable {
    static final int FORCE_EVERY_MILLIS = 100;

    private static final int MAGIC = 0x45_4C_47_31; // ELG1

    private final FileChannel file;
    private final TurnedSlots slots;
    private final InstantSource clock;
    private long forcedAtMillis;
    private boolean dirty;

    private SyncedGroups(FileChannel file, InstantSource clock) {
        this.file = file;
        this.slots = new TurnedSlots(file, MAGIC, Long.BYTES);
        this.clock = clock;
    }

    static SyncedGroups open(Path path, InstantSource clock) throws IOException {
        return new SyncedGroups(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                clock);
    }

    /** The last group remembered; empty when the file is new or unreadable. */
    OptionalLong last() throws IOException {
        return slots.read().map(record -> OptionalLong.of(record.getLong())).orElseGet(OptionalLong::empty);
    }

    /** Remembers the group; durable once it is forced. */
    void remember(long group) throws IOException {
        slots.write(KeyCodec.number(group));
        dirty = true;
    }

    /** Replaces all that is remembered. */
    void reset(long group) throws IOException {
        slots.reset(KeyCodec.number(group));
        force();
    }

    /** Whether something is written and not forced. */
    boolean needsForce() {
        return dirty;
    }

    /** Forces what was written, unless the last time was less than {@value #FORCE_EVERY_MILLIS} ms ago. */
    void forceIfDue() throws IOException {
        if (dirty && Math.abs(clock.millis() - forcedAtMillis) >= FORCE_EVERY_MILLIS) {
            force();
        }
    }

    private void force() throws IOException {
        file.force(false);
        forcedAtMillis = clock.millis();
        dirty = false;
    }

    /** Closes and leaves the file as it is: the log beside it could not be opened or synced. */
    void abandon() throws IOException {
        file.close();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (file.isOpen()) {
                force();
            }
        }
    }
}
