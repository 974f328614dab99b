package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whole lines of an audit file from some place on, as bytes, while another may write. Holds one piece of the file, and a
 * line at most; what is longer than a line may be comes in parts, which are no records.
 */
final class LineReader implements AutoCloseable {
    /** No line that the trail writes is longer; see {@link AuditLine#MAX_BYTES}. */
    static final int MAX_LINE = 2 * AuditLine.MAX_BYTES;

    private static final int PIECE = 64 * 1024;

    private final FileChannel channel;
    private final long limit;
    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE + MAX_LINE);
    private long at;
    private int next;

    private LineReader(FileChannel channel, long from, long limit) {
        this.channel = channel;
        this.at = from;
        this.limit = limit;
        buffer.limit(0);
    }

    /** Reads from a place where a line begins up to the end that the file has now. */
    static LineReader open(Path file, long from) throws IOException {
        return open(file, from, Long.MAX_VALUE);
    }

    /** @param limit at which the file is taken to end */
    static LineReader open(Path file, long from, long limit) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new LineReader(channel, from, Math.min(limit, channel.size()));
    }

    /** Where the next line begins. */
    long position() {
        return at;
    }

    /** Where the file ends for this reader. */
    long limit() {
        return limit;
    }

    /** The next line without its line feed; empty where no whole line follows. */
    Optional<byte[]> next() throws IOException {
        int end = lineFeed();
        if (end < 0 && buffer.limit() - next < MAX_LINE) {
            fill();
            end = lineFeed();
        }
        boolean tooLong = end < 0 && buffer.limit() - next >= MAX_LINE;
        if (end < 0 && !tooLong) {
            return Optional.empty();
        }
        int to = tooLong ? next + MAX_LINE : end;
        byte[] line = Arrays.copyOfRange(buffer.array(), next, to);
        at += line.length + (tooLong ? 0 : 1);
        next = tooLong ? to : to + 1;
        return Optional.of(line);
    }

    private int lineFeed() {
        int last = Math.min(buffer.limit(), next + MAX_LINE);
        for (int i = next; i < last; i++) {
            if (buffer.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void fill() throws IOException {
        buffer.position(next);
        buffer.compact();
        next = 0;
        while (buffer.hasRemaining()) {
            long place = at + buffer.position();
            int most = (int) Math.min(buffer.remaining(), limit - place);
            ByteBuffer part = buffer.slice(buffer.position(), Math.max(0, most));
            int read = most <= 0 ? -1 : channel.read(part, place);
            if (read < 0) {
                break;
            }
            buffer.position(buffer.position() + read);
        }
        buffer.flip();
    }

    /** The first line of a file; empty when it has none. */
    static Optional<byte[]> first(Path file) throws IOException {
        try (LineReader reader = open(file, 0)) {
            return reader.next();
        }
    }

    /** The line whose line feed is the last byte before a place; empty when there is none, or it is too long. */
    static Optional<byte[]> lastBefore(Path file, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] tail = tail(channel, end);
            int last = tail.length - 1;
            if (last < 0 || tail[last] != '\n') {
                return Optional.empty();
            }
            int from = last;
            while (from > 0 && tail[from - 1] != '\n') {
                from--;
            }
            return from == 0 && tail.length < end
                    ? Optional.empty()
                    : Optional.of(Arrays.copyOfRange(tail, from, last));
        }
    }

    /** The place after the last line feed; 0 when the file has none within a line's length of its end. */
    static long endOfLines(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            byte[] tail = tail(channel, size);
            int end = tail.length;
            while (end > 0 && tail[end - 1] != '\n') {
                end--;
            }
            return end == 0 ? 0 : size - tail.length + end;
        }
    }

    /** Line feeds between two places. */
    static long count(Path file, long from, long to) throws IOException {
        long lines = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            for (long at = from; at < to; at += piece.position()) {
                piece.clear().limit((int) Math.min(PIECE, to - at));
                if (channel.read(piece, at) < 0) {
                    break;
                }
                for (int i = 0; i < piece.position(); i++) {
                    lines += piece.get(i) == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    private static byte[] tail(FileChannel channel, long end) throws IOException {
        int length = (int) Math.max(0, Math.min(Math.min(end, channel.size()), MAX_LINE));
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, end - length + bytes.position()) >= 0) {
            // until the end of the file
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
