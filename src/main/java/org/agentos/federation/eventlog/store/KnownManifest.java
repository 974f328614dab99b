package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What is known outside the database of its MANIFEST, the file that lists the table files and is only ever added to. The
 * engine takes one that lost its tail for one with a torn end, and forgets the tables named there; with newer groups in the
 * write-ahead log the number of the last group does not show it. So the number of the MANIFEST in use, its length and the
 * checksum of that many bytes stand in a side file.
 *
 * <p>No crash makes the two contradict each other: the MANIFEST is forced up to that length before the side file says so,
 * and what the side file loses in a power cut only lets it know less. Not thread-safe.
 */
final class KnownManifest implements AutoCloseable {
    private static final int MAGIC = 0x45_4C_4D_31; // ELM1
    private static final int RECORD_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;
    private static final Pattern NAME = Pattern.compile("MANIFEST-(\\d{1,18})");
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long NONE = 0;

    private final Path database;
    private final FileChannel file;
    private final TurnedSlots slots;
    private final CRC32C checksum = new CRC32C();
    private long number = NONE;
    private long length;

    private KnownManifest(Path database, FileChannel file) {
        this.database = database;
        this.file = file;
        this.slots = new TurnedSlots(file, MAGIC, RECORD_BYTES);
    }

    /**
     * Opens or makes the side file.
     *
     * @param database the directory of the database, which need not exist
     */
    static KnownManifest open(Path path, Path database) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new KnownManifest(database, file);
    }

    /** What is wrong with the MANIFEST by what is known of it, as the beginning of a sentence; before the database is opened. */
    Optional<String> problem() throws IOException {
        Optional<ByteBuffer> known = slots.read();
        return known.isEmpty() || isEmpty(database)
                ? Optional.empty()
                : problem(
                        known.get().getLong(),
                        known.get().getLong(),
                        known.get().getInt());
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private Optional<String> problem(long knownNumber, long knownLength, int knownChecksum) throws IOException {
        Optional<Path> used = inUse();
        if (used.isEmpty()) {
            return Optional.of(database.resolve("CURRENT") + " is missing or names no MANIFEST");
        }
        long usedNumber = numberOf(used.get());
        if (usedNumber != knownNumber) {
            return usedNumber > knownNumber // made by a start that was killed before it noted it
                    ? Optional.empty()
                    : Optional.of(used.get() + " is older than number " + knownNumber + ", which was in use");
        }
        if (!Files.exists(used.get())) {
            return Optional.of(used.get() + " is missing");
        }
        long size = Files.size(used.get());
        if (size < knownLength) {
            return Optional.of(used.get() + " is cut to " + size + " of " + knownLength + " bytes");
        }
        return checksumOf(used.get(), knownLength) == knownChecksum
                ? Optional.empty()
                : Optional.of(used.get() + " is not as it was written");
    }

    private static int checksumOf(Path manifest, long bytes) throws IOException {
        CRC32C crc = new CRC32C();
        try (FileChannel channel = FileChannel.open(manifest, StandardOpenOption.READ)) {
            add(channel, 0, bytes, crc);
        }
        return (int) crc.getValue();
    }

    /** The MANIFEST that the database uses; empty where it cannot be told. */
    private Optional<Path> inUse() throws IOException {
        try {
            String name = Files.readString(database.resolve("CURRENT"), StandardCharsets.ISO_8859_1)
                    .strip();
            return NAME.matcher(name).matches() ? Optional.of(database.resolve(name)) : Optional.empty();
        } catch (NoSuchFileException noDatabase) {
            return Optional.empty();
        }
    }

    private static long numberOf(Path manifest) {
        Matcher name = NAME.matcher(manifest.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /** Notes what the MANIFEST of the open database is now, durably; does nothing when that is known. */
    void note() throws IOException {
        Optional<Path> used = inUse();
        if (used.isEmpty()) {
            return;
        }
        try (FileChannel manifest = FileChannel.open(used.get(), StandardOpenOption.READ)) {
            note(numberOf(used.get()), manifest);
        } catch (NoSuchFileException replacedMeanwhile) {
            return; // the next look finds its successor
        }
    }

    private void note(long usedNumber, FileChannel manifest) throws IOException {
        boolean other = usedNumber != number;
        long size = manifest.size();
        if (!other && size == length) {
            return;
        }
        manifest.force(false);
        if (other) {
            forceNames();
            checksum.reset();
        }
        boolean first = number == NONE;
        number = NONE; // should the next step fail, all is read again
        add(manifest, other ? 0 : length, size, checksum);
        write(usedNumber, size, first);
        number = usedNumber;
        length = size;
    }

    /** @param first in this process: what was known before may be of a database that was given up */
    private void write(long usedNumber, long size, boolean first) throws IOException {
        byte[] record = ByteBuffer.allocate(RECORD_BYTES)
                .putLong(usedNumber)
                .putLong(size)
                .putInt((int) checksum.getValue())
                .array();
        if (first) {
            slots.reset(record);
        } else {
            slots.write(record);
        }
        file.force(false);
    }

    /** The engine forces the names of its files too; this one must not depend on when. */
    private void forceNames() throws IOException {
        try (FileChannel directory = FileChannel.open(database, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void add(FileChannel manifest, long from, long to, CRC32C crc) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = from; at < to; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
            int read = manifest.read(chunk, at);
            if (read < 0) {
                throw new IOException("the MANIFEST ended at " + at + " of " + to + " bytes");
            }
            crc.update(chunk.flip());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
