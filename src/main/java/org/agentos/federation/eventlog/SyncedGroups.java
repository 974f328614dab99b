package org.agentos.federation.eventlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The side file that remembers the last synced group. Recovery stops in silence at the first damaged byte of the
 * write-ahead log; a log that comes back with fewer groups than stand here has lost acknowledged events.
 *
 * <p>It is written after every sync, but forced only {@value #FORCE_EVERY_MILLIS} ms after the last time: otherwise each
 * group would wait for two fsyncs in a row, and what a power loss takes from it only narrows the check by as much. Two
 * slots are written in turn, so that one torn by a crash leaves the other.
 */
final class SyncedGroups implements AutoCloseable {
    static final int FORCE_EVERY_MILLIS = 100;

    private static final int MAGIC = 0x45_4C_47_31; // ELG1
    private static final int SLOT_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;
    private static final int SLOT_DISTANCE = 4096; // a sector of its own each

    private final FileChannel file;
    private final InstantSource clock;
    private long forcedAtMillis;
    private boolean dirty;

    private SyncedGroups(FileChannel file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    static SyncedGroups open(Path path, InstantSource clock) throws IOException {
        return new SyncedGroups(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                clock);
    }

    /** The last group remembered; empty when the file is new or unreadable. */
    OptionalLong last() throws IOException {
        OptionalLong even = slot(0);
        OptionalLong odd = slot(1);
        return even.orElse(-1) >= odd.orElse(-1) ? even : odd;
    }

    private OptionalLong slot(int index) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        while (slot.hasRemaining()) {
            if (file.read(slot, (long) index * SLOT_DISTANCE + slot.position()) < 0) {
                return OptionalLong.empty();
            }
        }
        slot.flip();
        boolean whole = slot.getInt() == MAGIC && slot.getInt(SLOT_BYTES - Integer.BYTES) == checksum(slot);
        return whole ? OptionalLong.of(slot.getLong()) : OptionalLong.empty();
    }

    /** Remembers the group, durable within {@value #FORCE_EVERY_MILLIS} ms if called again by then. */
    void remember(long group) throws IOException {
        write(group, (int) (group & 1));
        dirty = true;
        forceIfDue();
    }

    /** Replaces all that is remembered. */
    void reset(long group) throws IOException {
        write(group, 0);
        write(group, 1);
        force();
    }

    private void write(long group, int index) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        slot.putInt(MAGIC).putLong(group).putInt(checksum(slot)).flip();
        while (slot.hasRemaining()) {
            file.write(slot, (long) index * SLOT_DISTANCE + slot.position());
        }
    }

    private static int checksum(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().limit(SLOT_BYTES - Integer.BYTES).position(0));
        return (int) crc.getValue();
    }

    /** Whether something is written and not forced. */
    boolean needsForce() {
        return dirty;
    }

    private void forceIfDue() throws IOException {
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
