package org.agentos.federation.forward.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the forward index's files at start: the snapshot, then the journal's segments. It changes no file. The last line
 * of a segment may be torn, since nobody was answered on the strength of it; any other line that is not as it was
 * written, or a segment shorter than it is known to be, makes the file corrupt. Of a corrupt file everything readable is taken.
 */
final class ForwardLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardLoader.class);
    private static final ObjectReader ELEMENT =
            IndexJson.MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final long FIRST_SEGMENT = 1;
    private final ForwardFiles files;
    private final BiConsumer<ForwardEntry, JsonNode> entries;
    private final Consumer<JournalRecord> records;
    private final List<Path> corrupt = new ArrayList<>();
    private long lastSegment;
    private long lines;

    /** @param entries given each entry of the snapshot with the JSON object it was read from */
    ForwardLoader(ForwardFiles files, BiConsumer<ForwardEntry, JsonNode> entries, Consumer<JournalRecord> records) {
        this.files = files;
        this.entries = entries;
        this.records = records;
    }

    void load() throws IOException {
        Files.createDirectories(files.directory());
        if (Files.exists(files.snapshot())) {
            loadSnapshot();
        }
        List<Long> segments = files.segments();
        tellMissingSnapshot(segments);
        SortedMap<Long, Long> known = files.knownLengths();
        for (long number : segments) {
            loadSegment(files.segment(number), known.getOrDefault(number, 0L));
            lastSegment = number;
        }
        known.keySet().removeAll(segments);
        known.forEach(this::tellMissing);
    }

    /** Files to be set aside once their readable part is stored elsewhere. */
    List<Path> corrupt() {
        return corrupt;
    }

    /** The highest number given to a segment, 0 when nothing was ever written. A snapshot stands for the first one. */
    long lastSegment() {
        return Files.exists(files.snapshot()) ? Math.max(lastSegment, FIRST_SEGMENT) : lastSegment;
    }

    /** Journal lines read. */
    long lines() {
        return lines;
    }

    /** The first segment is deleted only when a snapshot says what it said. */
    private void tellMissingSnapshot(List<Long> segments) {
        if (!Files.exists(files.snapshot()) && !segments.isEmpty() && segments.get(0) > FIRST_SEGMENT) {
            LOG.error(
                    "The snapshot of the forward index is missing: runs forwarded before its oldest journal are lost"
                            + " file={} oldest={}",
                    files.snapshot(),
                    files.segment(segments.get(0)));
        }
    }

    private void tellMissing(long number, long length) {
        lastSegment = Math.max(lastSegment, number);
        corrupt.add(files.segment(number));
        LOG.error(
                "A journal of the forward index is missing: what its lines say is lost file={} bytes={}",
                files.segment(number),
                length);
    }

    private void loadSnapshot() throws IOException {
        int taken = 0;
        int bad = 0;
        try (JsonParser parser = IndexJson.FACTORY.createParser(files.snapshot().toFile())) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.VALUE_NULL && parser.nextToken() == null) {
                return; // as the reference writes an empty index
            }
            if (first != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("not a JSON array");
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                boolean read = loadEntry(ELEMENT.readTree(parser));
                taken += read ? 1 : 0;
                bad += read ? 0 : 1;
            }
            if (parser.currentToken() != JsonToken.END_ARRAY || parser.nextToken() != null) {
                throw new IllegalArgumentException("not an array of objects to its end");
            }
            if (bad > 0) {
                report(files.snapshot(), taken + " entries, " + bad + " are lost");
            }
        } catch (JsonProcessingException | CharConversionException | IllegalArgumentException e) {
            report(files.snapshot(), taken + " entries before the fault");
        }
    }

    /** An entry that cannot be used takes none of the others with it. */
    private boolean loadEntry(JsonNode json) {
        if (!EntryJson.unseal(json)) {
            return false;
        }
        try {
            entries.accept(EntryJson.read(json), json);
            return true;
        } catch (IllegalArgumentException | DateTimeException e) {
            return false;
        }
    }

    /** @param known how long the segment is at least, in bytes */
    private void loadSegment(Path segment, long known) throws IOException {
        int bad = 0;
        int taken = 0;
        long end = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(segment), 1 << 16)) {
            Optional<byte[]> line = nextLine(in);
            while (line.isPresent()) {
                Optional<JournalRecord> record = JournalLine.decode(line.get());
                record.ifPresent(records);
                taken += record.isPresent() ? 1 : 0;
                bad += record.isPresent() ? 0 : 1;
                end += line.get().length + 1;
                line = nextLine(in);
            }
        }
        lines += taken;
        if (end < known) { // a line feed that was changed cuts as well
            report(segment, taken + " lines, cut to " + end + " of " + known + " bytes");
        } else if (bad > 0) {
            report(segment, taken + " lines, " + bad + " are lost");
        }
    }

    /** The next line that ends with a line feed; what stands behind the last one is torn. */
    private static Optional<byte[]> nextLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            line.write(next);
        }
        return Optional.of(line.toByteArray());
    }

    private void report(Path file, String taken) {
        corrupt.add(file);
        LOG.error("A file of the forward index is corrupt and will be set aside file={} readable=\"{}\"", file, taken);
    }
}
