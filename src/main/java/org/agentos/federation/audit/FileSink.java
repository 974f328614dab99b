package org.agentos.federation.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit lines appended to a file. A line that a crash cut short was never answered for and is cut off at the next start.
 * What a failed write or fsync leaves in the file is unknown: the file is then opened anew, cut back to what the last
 * fsync made durable, and the lines kept since are written and fsynced again before anything else is.
 */
final class FileSink implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

    /** Lines kept in memory until they are fsynced; more of them have to wait for the disk. */
    static final int MAX_UNFORCED_BYTES = 4 * 1024 * 1024;

    private final Path file;
    private final ByteArrayOutputStream unforced = new ByteArrayOutputStream();
    private FileChannel channel;
    private long forced;
    private boolean dirty;
    private final String lastHash;

    /**
     * Opens or creates the file and its folders.
     *
     * @throws IOException with what is wrong, when it cannot be written, is in use, or its last line is not intact
     */
    FileSink(Path file) throws IOException {
        this.file = file;
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        this.channel = open(file);
        try {
            keepName(file);
            this.lastHash = continueAfterLastLine();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public String lastHash() {
        return lastHash;
    }

    @Override
    public void write(List<String> lines) throws IOException {
        if (dirty) {
            restore();
        }
        if (unforced.size() >= MAX_UNFORCED_BYTES) {
            force();
        }
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        dirty = true;
        append(bytes);
        dirty = false;
        unforced.writeBytes(bytes);
    }

    @Override
    public void force() throws IOException {
        if (dirty) {
            restore();
            return;
        }
        dirty = true;
        channel.force(false);
        dirty = false;
        forced += unforced.size();
        unforced.reset();
    }

    private void append(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = channel) {
            if (dirty || unforced.size() > 0) {
                force();
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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

    /** The folder too has to reach the disk, or power loss takes a new file with all its lines. */
    private static void keepName(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private void restore() throws IOException {
        channel.close();
        channel = open(file);
        cutTo(forced);
        append(unforced.toByteArray());
        dirty = false;
        force();
    }

    private void cutTo(long length) throws IOException {
        channel.truncate(length);
        channel.position(length);
        forced = length;
    }

    private String continueAfterLastLine() throws IOException {
        long size = channel.size();
        int tailLength = (int) Math.min(size, 2L * AuditLine.MAX_BYTES);
        String tail = tail(size, tailLength);
        int end = tail.lastIndexOf('\n') + 1;
        if (end == 0 && size > AuditLine.MAX_BYTES) {
            throw new IOException("is not an audit trail");
        }
        int torn = tailLength - end;
        if (torn > 0) {
            LOG.warn("audit line cut short by a crash removed file={} bytes={}", file, torn);
        }
        cutTo(size - torn);
        return end == 0 ? AuditLine.ORIGIN : intactHash(tail, end);
    }

    /** As Latin-1, so that characters and bytes count the same; a line is decoded once it is cut out. */
    private String tail(long size, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, size - length + bytes.position()) >= 0) {
            // until the end of the file
        }
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    private static String intactHash(String tail, int end) throws IOException {
        String line = tail.substring(tail.lastIndexOf('\n', end - 2) + 1, end - 1);
        return AuditLine.intactHash(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .orElseThrow(() ->
                        new IOException("has a last record that was changed: move the file away to begin a new trail"));
    }
}
