package org.agentos.federation.limits;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agentos.federation.settings.LimitKind;

/**
 * The file of the marks of quotas: JSON lines, the highest mark of a name and day counts. Lines are appended and forced; a
 * rewrite is another file, forced, put in the place of this one at once. For one thread.
 */
final class QuotaJournal implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private FileChannel channel;
    private long lines;

    /** A mark on disk. */
    record Mark(long day, QuotaName name, long value) {}

    QuotaJournal(Path file) {
        this.file = file;
    }

    /**
     * The marks of a day.
     *
     * @throws IOException also when a line is broken that others follow: what it said is lost, and nobody may guess it. The
     *     last line may be broken off: it was never relied on
     */
    Map<QuotaName, Long> read(long day) throws IOException {
        Map<QuotaName, Long> marks = new HashMap<>();
        if (!Files.exists(file)) {
            return marks;
        }
        List<String> all =
                List.of(Files.readString(file, StandardCharsets.UTF_8).split("\n", -1));
        for (int i = 0; i < all.size() - 1; i++) { // what stands behind the last line break was not finished
            Mark mark;
            try {
                mark = parse(all.get(i));
            } catch (JsonProcessingException | IllegalArgumentException broken) {
                throw new IOException("line " + (i + 1) + " is broken");
            }
            if (mark.day() == day) {
                marks.merge(mark.name(), mark.value(), Math::max);
            }
        }
        return marks;
    }

    private static Mark parse(String line) throws JsonProcessingException {
        JsonNode json = JSON.readTree(line);
        if (!json.path("day").isIntegralNumber() || !json.path("mark").isIntegralNumber()) {
            throw new IllegalArgumentException("not a mark");
        }
        QuotaName name = new QuotaName(
                QuotaName.Whose.valueOf(json.path("whose").asText().toUpperCase(Locale.ROOT)),
                json.path("stack_id").asText(),
                json.path("tenant_id").asText(),
                LimitKind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)));
        return new Mark(json.get("day").longValue(), name, json.get("mark").longValue());
    }

    private static byte[] lines(Collection<Mark> marks) throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        for (Mark mark : marks) {
            ObjectNode line = JSON.createObjectNode();
            line.put("day", mark.day());
            line.put("whose", mark.name().whose().name().toLowerCase(Locale.ROOT));
            line.put("stack_id", mark.name().stackId());
            line.put("tenant_id", mark.name().tenantId());
            line.put("kind", mark.name().kind().name().toLowerCase(Locale.ROOT));
            line.put("mark", mark.value());
            text.append(JSON.writeValueAsString(line)).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Lines since the last rewrite, those of the rewrite among them. */
    long lines() {
        return lines;
    }

    /** Whether a rewrite has to come before anything can be appended. */
    boolean isClosed() {
        return channel == null;
    }

    /** Appends marks; they are on disk when this returns. After a failure the file has to be rewritten. */
    void append(Collection<Mark> marks) throws IOException {
        try {
            write(channel, lines(marks));
            channel.force(false);
            lines += marks.size();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Puts a file with these marks alone in the place of the old one; they are on disk when this returns. */
    void rewrite(Collection<Mark> marks) throws IOException {
        close();
        Path written = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(written);
        Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(written, StandardOpenOption.WRITE)) {
            write(out, lines(marks));
            out.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        lines = marks.size();
    }

    private static void write(FileChannel to, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            to.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
