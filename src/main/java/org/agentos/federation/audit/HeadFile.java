package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The file with the two newest notes of {@link Head}, written in turn and in place, so that one of them is whole after a
 * crash and a full disk does not matter. Its lock makes one process the trail's owner.
 */
final class HeadFile implements AutoCloseable {
    private final Path path;
    private FileChannel channel;
    private long count;

    HeadFile(Path path) throws IOException {
        this.path = path;
        this.channel = locked(path);
    }

    /**
     * What the file says.
     *
     * @param damaged whether something else stands there than two notes, one after the other: a crash in the middle of
     *     one can do that, and so can a hand
     */
    record Content(Optional<Head.Noted> newest, boolean damaged) {}

    /** Reads a head; a file that is not there or was never written to says nothing. */
    static Content read(Path path) throws IOException {
        byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        if (bytes.length == 0) {
            return new Content(Optional.empty(), false);
        }
        Optional<Head.Noted> first = slot(bytes, 0);
        Optional<Head.Noted> second = slot(bytes, 1);
        boolean whole = first.isPresent()
                && second.isPresent()
                && bytes.length == 2 * Head.LENGTH
                && Math.abs(count(first) - count(second)) == 1
                && count(first) % 2 == 0;
        return new Content(count(first) > count(second) ? first : second.or(() -> first), !whole);
    }

    private static long count(Optional<Head.Noted> note) {
        return note.map(noted -> noted.head().count()).orElse(-1L);
    }

    private static Optional<Head.Noted> slot(byte[] bytes, int slot) {
        int from = slot * Head.LENGTH;
        return bytes.length < from + Head.LENGTH
                ? Optional.empty()
                : Head.read(Arrays.copyOfRange(bytes, from, from + Head.LENGTH));
    }

    /** Notes the same twice, over whatever stands there. */
    void begin(long above, Head head, ChainKey key) throws IOException {
        count = above + 1 + (above + 1) % 2;
        write(head, key);
        write(head, key);
        channel.truncate(2L * Head.LENGTH);
    }

    /** Returns when the note is on disk. */
    void write(Head head, ChainKey key) throws IOException {
        if (!channel.isOpen()) {
            channel = locked(path);
        }
        Head counted = new Head(count, head.file(), head.records(), head.bytes(), head.hash());
        ByteBuffer note = ByteBuffer.wrap(counted.note(key));
        long at = count % 2 * Head.LENGTH;
        while (note.hasRemaining()) {
            channel.write(note, at + note.position());
        }
        channel.force(false);
        count++;
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel channel = AuditFiles.open(path);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("is in use by another process");
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("is in use by this process", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
