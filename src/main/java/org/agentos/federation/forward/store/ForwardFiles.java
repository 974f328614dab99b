package org.agentos.federation.forward.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the forward index: the snapshot {@code <name>} and beside it the journal's segments
 * {@code <name>.journal.<number>}, oldest first, with what is known of their lengths in {@code <name>.known-segments}. The
 * routes write them; this forces them to the disk, which camel-file 4.18 does not do in spite of its option
 * {@code forceWrites}, holds the segment open that they have begun, which camel-file would open and close for each group of
 * lines, and puts a new snapshot in place of the old one.
 *
 * <p>{@link #force}, {@link #isOpen} and {@link #append} are for one thread, the journal's.
 */
public final class ForwardFiles implements AutoCloseable {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final String JOURNAL = ".journal.";
    private static final String KNOWN_SEGMENTS = ".known-segments";
    /** The JDK keeps a buffer outside the heap as large as the largest write of a thread. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ForwardFiles.class);
    private final Path snapshot;
    private final InstantSource clock;
    private String openName = "";
    private FileChannel open;
    private KnownSegments known;
    private volatile boolean snapshotCorrupt;

    public ForwardFiles(Path indexFile, InstantSource clock) {
        this.snapshot = indexFile.toAbsolutePath();
        this.clock = clock;
    }

    public Path snapshot() {
        return snapshot;
    }

    public Path directory() {
        return snapshot.getParent();
    }

    /**
     * Forces a segment that was begun, notes how long it is, and holds it open. Its name is forced too, or a power cut could
     * take it away.
     *
     * @throws IOException when that is in doubt; the segment is then not open
     */
    public void force(String fileName) throws IOException {
        closeSegment();
        FileChannel begun =
                FileChannel.open(directory().resolve(fileName), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        open = begun;
        begun.force(false);
        forceDirectory();
        noteLength(fileName);
        openName = fileName;
    }

    /** Whether groups of lines can be appended to this segment. */
    public boolean isOpen(String fileName) {
        return fileName.equals(openName);
    }

    /**
     * Appends a group of lines to the segment that is open, forces it and notes how long it is now.
     *
     * @throws IOException when that is in doubt; the segment is then no longer open
     */
    public void append(byte[] lines) throws IOException {
        String name = openName;
        openName = "";
        for (int at = 0; at < lines.length; ) {
            at += open.write(ByteBuffer.wrap(lines, at, Math.min(PIECE_BYTES, lines.length - at)));
        }
        open.force(false);
        noteLength(name);
        openName = name;
    }

    private void noteLength(String fileName) throws IOException {
        known().forced(Long.parseLong(fileName.substring(fileName.lastIndexOf('.') + 1)), open.size());
    }

    private synchronized KnownSegments known() throws IOException {
        if (known == null) {
            known = KnownSegments.open(directory().resolve(snapshot.getFileName() + KNOWN_SEGMENTS), clock);
        }
        return known;
    }

    /** How long each segment is at least, as far as that was noted. */
    SortedMap<Long, Long> knownLengths() throws IOException {
        return KnownSegments.in(directory().resolve(snapshot.getFileName() + KNOWN_SEGMENTS));
    }

    /** The segments up to this one are about to be deleted or set aside. */
    void forgetUpTo(long segment) throws IOException {
        known().forgetUpTo(segment);
    }

    /** Puts a fully written file in the snapshot's place: forced first, renamed at once, the new name forced. */
    public void publish(String fileName) throws IOException {
        Path written = directory().resolve(fileName);
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        if (snapshotCorrupt) {
            setAside(snapshot);
            snapshotCorrupt = false;
        }
        Files.move(written, snapshot, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    String temporarySnapshotName() {
        return snapshot.getFileName() + ".tmp";
    }

    /** Takes away what a failed write has left of a segment that nothing stands in: a full disk would soon have thousands. */
    void discardSegment(long number) {
        try {
            Files.deleteIfExists(segment(number));
        } catch (IOException e) {
            LOG.warn("Half a segment of the forward journal stays file={} cause={}", segment(number), e.toString());
        }
    }

    void discardTemporarySnapshot() throws IOException {
        Files.deleteIfExists(directory().resolve(temporarySnapshotName()));
    }

    String segmentName(long number) {
        return snapshot.getFileName() + JOURNAL + number;
    }

    Path segment(long number) {
        return directory().resolve(segmentName(number));
    }

    /** The numbers of the segments there are, rising. */
    List<Long> segments() throws IOException {
        String prefix = snapshot.getFileName() + JOURNAL;
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()))
                    .filter(number -> number.matches("[0-9]{1,18}"))
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        }
    }

    /** Whether a file of this name in the index's directory is part of the index. */
    public boolean isData(String name) {
        String own = snapshot.getFileName().toString();
        return name.equals(own)
                || name.equals(own + ".tmp")
                || name.equals(own + KNOWN_SEGMENTS)
                || name.matches(Pattern.quote(own) + "\\.journal\\.[0-9]+");
    }

    /**
     * Copies the index into a directory that exists, as an index file of another name. Neither file may be replaced or
     * deleted meanwhile; lines appended meanwhile may be in the copy, the last one torn, which a reader lets pass.
     */
    public void copyTo(Path directory, String name) throws IOException {
        if (Files.exists(snapshot)) {
            Files.copy(snapshot, directory.resolve(name));
        }
        for (long number : segments()) {
            Files.copy(segment(number), directory.resolve(name + JOURNAL + number));
        }
    }

    /** The snapshot is not to be replaced but set aside when the next one is published. */
    void keepCorruptSnapshot() {
        snapshotCorrupt = true;
    }

    /** Renames a corrupt file so that nothing reads or overwrites it again. */
    void setAside(Path corrupt) throws IOException {
        String name = corrupt.getFileName() + ".corrupt-" + STAMP.format(clock.instant());
        Path aside = corrupt.resolveSibling(name);
        for (int i = 1; Files.exists(aside); i++) {
            aside = corrupt.resolveSibling(name + "-" + i);
        }
        Files.move(corrupt, aside);
        LOG.error("A corrupt file of the forward index was set aside file={} now={}", corrupt, aside);
    }

    void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void closeSegment() throws IOException {
        openName = "";
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        try (KnownSegments closing = known) {
            known = null;
            closeSegment();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
