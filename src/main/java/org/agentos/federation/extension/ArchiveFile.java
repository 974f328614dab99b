package org.agentos.federation.extension;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run's file in the archive, to which one process appends lines that begin with their place. */
final class ArchiveFile {
    private static final Pattern PLACE = Pattern.compile("\\{\"position\":\"(\\d+)\\.(\\d+)\",");

    /** Read at once, from the end of the file backwards. */
    private static final int CHUNK = 16 << 10;

    private final Path path;

    ArchiveFile(Path path) {
        this.path = path;
    }

    /** What a line of this place begins with. */
    static String startOf(String place) {
        return "{\"position\":\"" + place + "\",";
    }

    /**
     * Cuts off what stands after the last line end, and tells whether there is this line. Places rise from line to line but
     * for dead letters that were delivered again, and after a backup was put back, when they come again for other events: a
     * place that is not behind the last line's needs a look at all.
     *
     * @param line with its end
     */
    boolean repairAndFind(byte[] line) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        String last;
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long end = lineEndBefore(file, file.length());
            file.setLength(end);
            last = head(file, end == 0 ? 0 : lineEndBefore(file, end - 1));
        }
        String wanted = new String(line, 0, line.length - 1, StandardCharsets.ISO_8859_1);
        return !isAfter(wanted, last) && holds(wanted);
    }

    /** The place after the last line end that stands before this one; 0 without any. */
    private static long lineEndBefore(RandomAccessFile file, long before) throws IOException {
        long end = before;
        while (end > 0) {
            int length = (int) Math.min(CHUNK, end);
            String chunk = text(file, end - length, length);
            int lineEnd = chunk.lastIndexOf('\n');
            if (lineEnd >= 0) {
                return end - length + lineEnd + 1;
            }
            end -= length;
        }
        return 0;
    }

    private static String head(RandomAccessFile file, long from) throws IOException {
        return text(file, from, (int) Math.min(64, file.length() - from));
    }

    private static String text(RandomAccessFile file, long from, int length) throws IOException {
        byte[] read = new byte[length];
        file.seek(from);
        file.readFully(read);
        return new String(read, StandardCharsets.ISO_8859_1);
    }

    private static boolean isAfter(String line, String last) {
        Matcher now = PLACE.matcher(line);
        Matcher then = PLACE.matcher(last);
        if (!now.lookingAt() || !then.lookingAt()) {
            return last.isEmpty();
        }
        int byOffset = Long.compare(Long.parseLong(now.group(1)), Long.parseLong(then.group(1)));
        return byOffset > 0 || (byOffset == 0 && Long.parseLong(now.group(2)) > Long.parseLong(then.group(2)));
    }

    private boolean holds(String wanted) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(wanted)) {
                    return true;
                }
            }
            return false;
        }
    }
}
