package org.agentos.federation.forward.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agentos.federation.eventlog.store.TurnedSlots;

/**
 * What is known outside the journal of how long its segments are: a tail that was cut off between two lines looks like one
 * that was never written. A side file has the length of each segment up to which it was forced.
 *
 * <p>No crash makes the two contradict each other: a length is noted when that much is forced, and forgotten, durably, before its
 * segment is deleted. The note of a group is not forced with it but with the first group that is {@value #FORCE_EVERY_MILLIS} ms
 * later, for nobody is to wait for two: a kill takes nothing of it, a power cut the last notes, which only lets it know less.
 * Thread-safe.
 */
final class KnownSegments implements AutoCloseable {
    static final int FORCE_EVERY_MILLIS = 1000;

    /** There are two, and one more for each time the disk failed since the last snapshot; the newest are noted. */
    static final int MAX_SEGMENTS = 16;

    private static final int MAGIC = 0x45_46_53_31; // EFS1
    private static final int RECORD_BYTES = Long.BYTES + MAX_SEGMENTS * 2 * Long.BYTES;

    private final FileChannel file;
    private final TurnedSlots slots;
    private final InstantSource clock;
    private final TreeMap<Long, Long> lengths = new TreeMap<>();
    private long serial;
    private long forcedAtMillis;

    private KnownSegments(FileChannel file, InstantSource clock) {
        this.file = file;
        this.slots = new TurnedSlots(file, MAGIC, RECORD_BYTES);
        this.clock = clock;
    }

    /** Opens the side file, or makes it. */
    static KnownSegments open(Path path, InstantSource clock) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            KnownSegments known = new KnownSegments(file, clock);
            known.load();
            return known;
        } catch (IOException unreadable) {
            file.close();
            throw unreadable;
        }
    }

    /** The least length in bytes of each segment that is known; empty where nothing is. Changes no file. */
    static SortedMap<Long, Long> in(Path path) throws IOException {
        if (!Files.exists(path)) {
            return new TreeMap<>();
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            KnownSegments known = new KnownSegments(file, InstantSource.system());
            known.load();
            return known.lengths;
        }
    }

    private void load() throws IOException {
        slots.read().ifPresent(record -> {
            serial = record.getLong();
            for (int i = 0; i < MAX_SEGMENTS; i++) {
                long segment = record.getLong();
                long length = record.getLong();
                if (segment > 0) {
                    lengths.put(segment, length);
                }
            }
        });
    }

    /** So many bytes of a segment are on disk. */
    synchronized void forced(long segment, long length) throws IOException {
        lengths.put(segment, length);
        while (lengths.size() > MAX_SEGMENTS) {
            lengths.pollFirstEntry();
        }
        write();
        if (Math.abs(clock.millis() - forcedAtMillis) >= FORCE_EVERY_MILLIS) {
            force();
        }
    }

    /** The segments up to this one are about to be deleted; on disk when this returns. */
    synchronized void forgetUpTo(long segment) throws IOException {
        lengths.headMap(segment, true).clear();
        write();
        force();
    }

    private void write() throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putLong(++serial);
        for (Map.Entry<Long, Long> known : lengths.entrySet()) {
            record.putLong(known.getKey()).putLong(known.getValue());
        }
        slots.write(record.array());
    }

    private void force() throws IOException {
        file.force(false);
        forcedAtMillis = clock.millis();
    }

    @Override
    public synchronized void close() throws IOException {
        try (file) {
            if (file.isOpen()) {
                force();
            }
        }
    }
}
