package org.agentos.federation.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit lines appended to a file, and to the next one when that is full. A line that a crash cut short was never answered
 * for and is cut off at the next start. What a failed write leaves behind the lines that are kept is cut off; they stay
 * where they are, since a disk that is full may not take them again. What a failed fsync leaves is unknown: the file is cut
 * back to what the one before made durable, and the lines kept since are written and fsynced again before anything else
 * is. The steps of a rotation, each on disk before the next: the file with its head, its new name, the next
 * file with its first line, the head, what is deleted. A start finds its way after each of them.
 */
final class FileSink implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

    /** Lines kept in memory until they are fsynced; more of them have to wait for the disk. */
    static final int MAX_UNFORCED_BYTES = 4 * 1024 * 1024;

    /** Between two tries to give a file its new name; meanwhile it grows. */
    private static final Duration TRY_AGAIN = Duration.ofMinutes(1);

    /** How far the trail reaches, for those who read it while it is written. */
    record Extent(int number, long bytes) {}

    private final AuditFiles files;
    private final Rotation rotation;
    private final ChainKey key;
    private final InstantSource clock;
    private final HeadFile head;
    private final ByteArrayOutputStream unforced = new ByteArrayOutputStream();
    private FileChannel channel;
    private int number;
    private long records;
    private long forced;
    private Instant begun;
    private Instant notBefore = Instant.MIN;
    private String lastHash;
    private boolean dirty;
    private boolean torn;
    private boolean unnoted;
    private volatile Extent extent;

    /**
     * Opens or creates the file and its folders.
     *
     * @throws IOException with what is wrong, when it cannot be written, is in use, or does not end as it must
     */
    FileSink(AuditFiles files, Rotation rotation, ChainKey key, InstantSource clock) throws IOException {
        this.files = files;
        this.rotation = rotation;
        this.key = key;
        this.clock = clock;
        files.makeFolder();
        if (Files.exists(files.active()) && !Files.isRegularFile(files.active())) {
            throw new IOException("is not a file");
        }
        this.head = new HeadFile(files.head());
        try {
            goOn(TrailEnd.find(files, key));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void goOn(TrailEnd end) throws IOException {
        number = end.number();
        records = end.records();
        lastHash = end.hash();
        begun = end.begun();
        if (end.isIn(files.active())) {
            channel = AuditFiles.open(files.active());
            if (channel.size() > end.bytes()) {
                LOG.warn(
                        "audit line cut short by a crash removed file={} bytes={}",
                        files.active(),
                        channel.size() - end.bytes());
            }
            cutTo(end.bytes());
            channel.force(false);
        }
        forced = end.bytes();
        files.keepNames();
        head.begin(end.noted(), new Head(0, number, records, end.bytes(), lastHash), key);
        extent = new Extent(number, end.bytes());
    }

    Extent extent() {
        return extent;
    }

    AuditFiles files() {
        return files;
    }

    @Override
    public String ready() throws IOException {
        if (channel == null) {
            beginNext();
        } else if (isDue()) {
            rotate();
        }
        return lastHash;
    }

    private boolean isDue() {
        Instant now = clock.instant();
        return records > 1 && !now.isBefore(notBefore) && rotation.isDue(forced + unforced.size(), begun, now);
    }

    private void rotate() throws IOException {
        force();
        Path older = files.older(number);
        try {
            if (Files.exists(older)) {
                throw new IOException(older + " is there already");
            }
            Files.move(files.active(), older, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("audit file not rotated, it grows on file={} cause={}", files.active(), e.toString());
            notBefore = clock.instant().plus(TRY_AGAIN);
            return;
        }
        channel.close();
        channel = null;
        beginNext();
    }

    /** Safe to repeat: a file without its whole first line is begun again. */
    private void beginNext() throws IOException {
        files.keepNames();
        int oldest = files.olderOnes().isEmpty() ? number : files.olderOnes().firstKey();
        int kept = rotation.oldestKept(number + 1, oldest);
        Instant now = clock.instant();
        String line = AuditLine.chained(AuditLine.opened(firstRecord(now, kept)), lastHash, key);
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        FileChannel next = AuditFiles.open(files.active());
        try {
            files.passOnPermissions(number);
            next.truncate(0);
            append(next, bytes);
            next.force(true);
            files.keepNames();
        } catch (IOException e) {
            next.close();
            throw e;
        }
        channel = next;
        number++;
        records = 1;
        begun = now;
        forced = bytes.length;
        lastHash = AuditLine.hashOf(line);
        extent = new Extent(number, forced);
        unnoted = true;
        note();
        deleteBelow(kept);
    }

    private AuditRecord firstRecord(Instant now, int kept) {
        return new AuditRecord(
                now,
                Optional.empty(),
                Optional.empty(),
                TrailEnd.ROTATED,
                files.older(number).getFileName().toString(),
                AuditRecord.Outcome.ALLOWED,
                "-",
                "-",
                Optional.empty(),
                Map.of("file", number + 1, "previous_records", records, "oldest_file", kept));
    }

    private void deleteBelow(int kept) {
        try {
            for (Path old : files.olderOnes().headMap(kept, false).values()) {
                Files.delete(old);
                LOG.info("old audit file deleted file={}", old);
            }
        } catch (IOException e) {
            LOG.warn("old audit files not deleted cause={}", e.toString());
        }
    }

    @Override
    public void write(List<String> lines) throws IOException {
        if (dirty) {
            restore();
        }
        if (torn) {
            trim();
        }
        if (unforced.size() >= MAX_UNFORCED_BYTES) {
            force();
        }
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        torn = true;
        append(channel, bytes);
        unforced.writeBytes(bytes);
        torn = false;
        begun = records == 0 ? clock.instant() : begun;
        records += lines.size();
        lastHash = AuditLine.hashOf(lines.get(lines.size() - 1));
        unnoted = true;
        extent = new Extent(number, forced + unforced.size());
    }

    @Override
    public void force() throws IOException {
        if (dirty) {
            restore();
            return;
        }
        if (torn) {
            trim();
        }
        if (unforced.size() > 0) {
            dirty = true;
            channel.force(false);
            dirty = false;
            forced += unforced.size();
            unforced.reset();
        }
        note();
    }

    private void note() throws IOException {
        if (unnoted) {
            head.write(new Head(0, number, records, forced, lastHash), key);
            unnoted = false;
        }
    }

    private static void append(FileChannel to, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            to.write(rest);
        }
    }

    @Override
    public void close() throws IOException {
        try (HeadFile owner = head;
                FileChannel closing = channel) {
            if (channel != null && (dirty || torn || unforced.size() > 0)) {
                force();
            }
        }
    }

    private void restore() throws IOException {
        reopenAt(forced);
        append(channel, unforced.toByteArray());
        dirty = false;
        torn = false;
        force();
    }

    /** Takes what a failed write left off the end. */
    private void trim() throws IOException {
        reopenAt(forced + unforced.size());
        torn = false;
    }

    private void reopenAt(long length) throws IOException {
        channel.close();
        channel = AuditFiles.open(files.active());
        cutTo(length);
    }

    private void cutTo(long length) throws IOException {
        channel.truncate(length);
        channel.position(length);
    }
}
