package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small record of fixed size in two slots of a file, each with a checksum and in a sector of its own. They are written
 * in turn, so that one torn by a crash leaves the other. Of two whole ones the greater counts, byte by byte without sign, so a
 * record begins with what rises. Forces nothing. Not thread-safe.
 */
public final class TurnedSlots {
    private static final int DISTANCE = 4096;

    private final FileChannel file;
    private final int magic;
    private final int recordBytes;
    private int next;

    /**
     * Of a file that is open for reading and writing.
     *
     * @param magic four letters that stand before each record
     */
    public TurnedSlots(FileChannel file, int magic, int recordBytes) {
        this.file = file;
        this.magic = magic;
        this.recordBytes = recordBytes;
    }

    /** The greater whole record, ready to be read; empty where there is none. */
    public Optional<ByteBuffer> read() throws IOException {
        Optional<byte[]> first = slot(0);
        Optional<byte[]> second = slot(1);
        boolean firstCounts =
                first.isPresent() && (second.isEmpty() || Arrays.compareUnsigned(first.get(), second.get()) >= 0);
        next = firstCounts ? 1 : 0;
        return (firstCounts ? first : second).map(ByteBuffer::wrap);
    }

    private Optional<byte[]> slot(int index) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(Integer.BYTES + recordBytes + Integer.BYTES);
        while (slot.hasRemaining()) {
            if (file.read(slot, (long) index * DISTANCE + slot.position()) < 0) {
                return Optional.empty();
            }
        }
        byte[] record = new byte[recordBytes];
        slot.flip();
        boolean begins = slot.getInt() == magic;
        slot.get(record);
        boolean whole = begins && slot.getInt() == checksum(slot);
        return whole ? Optional.of(record) : Optional.empty();
    }

    /** Writes a record over the one that is not the last. */
    public void write(byte[] record) throws IOException {
        writeSlot(next, record);
        next = 1 - next;
    }

    /** Writes a record over all that was there. */
    public void reset(byte[] record) throws IOException {
        writeSlot(0, record);
        writeSlot(1, record);
    }

    private void writeSlot(int index, byte[] record) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(Integer.BYTES + recordBytes + Integer.BYTES);
        slot.putInt(magic).put(record, 0, recordBytes);
        slot.putInt(checksum(slot)).flip();
        while (slot.hasRemaining()) {
            file.write(slot, (long) index * DISTANCE + slot.position());
        }
    }

    private int checksum(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.duplicate().limit(Integer.BYTES + recordBytes).position(0));
        return (int) crc.getValue();
    }
}
