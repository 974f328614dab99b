package org.agentos.federation.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Where a trail that lies on the disk ends, and so where it goes on. Reads only.
 *
 * @param file the newest with a record, or the one to be begun
 * @param number of that file
 * @param records whole lines in it
 * @param bytes of those lines; what follows was cut short by a crash
 * @param hash of the last record, or {@link AuditLine#ORIGIN}
 * @param keyId of the key that the last record is under; empty: under none
 * @param begun time of its first record
 * @param noted count of the newest note in the head, or -1
 */
record TrailEnd(
        Path file,
        int number,
        long records,
        long bytes,
        String hash,
        Optional<String> keyId,
        Instant begun,
        long noted) {
    /** Action of the record that begins every file but the first. */
    static final String ROTATED = "federation.audit.rotate";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String BEGIN_ANEW = "move the trail's files away to begin a new one";

    /** Finds the end and makes sure that it is the trail's own. */
    static TrailEnd find(AuditFiles files, ChainKey key) throws IOException {
        NavigableMap<Integer, Path> older = files.olderOnes();
        TrailEnd end = newest(files, older, key);
        HeadFile.Content head = HeadFile.read(files.head());
        if (head.newest().isEmpty()) {
            requireNothingLost(files, end);
            return end;
        }
        Head.Noted noted = head.newest().get();
        requireNoted(files, end, noted, key);
        return new TrailEnd(
                end.file,
                end.number,
                end.records,
                end.bytes,
                end.hash,
                end.keyId,
                end.begun,
                noted.head().count());
    }

    /** Whether there is a file to go on with; else the next one is to be begun. */
    boolean isIn(Path active) {
        return file.equals(active);
    }

    private static TrailEnd newest(AuditFiles files, NavigableMap<Integer, Path> older, ChainKey key)
            throws IOException {
        Path active = files.active();
        if (Files.exists(active) && !Files.isRegularFile(active)) {
            throw new IOException("is not a file");
        }
        long lines = Files.exists(active) ? LineReader.endOfLines(active) : 0;
        if (lines == 0 && Files.exists(active) && Files.size(active) > LineReader.MAX_LINE) {
            throw new IOException("is not an audit trail");
        }
        if (lines > 0) {
            TrailEnd end = of(active, numberOf(active), lines, key);
            if (!older.isEmpty() && older.lastKey() >= end.number) {
                throw new IOException("is file " + end.number + " of its trail beside "
                        + older.lastEntry().getValue().getFileName() + ": " + BEGIN_ANEW);
            }
            return end;
        }
        if (older.isEmpty()) {
            return new TrailEnd(active, 1, 0, 0, AuditLine.ORIGIN, Optional.empty(), Instant.MAX, -1);
        }
        Path last = older.lastEntry().getValue();
        return of(last, older.lastKey(), LineReader.endOfLines(last), key);
    }

    private static TrailEnd of(Path file, int number, long bytes, ChainKey key) throws IOException {
        Seal last = lastSeal(file, bytes, key);
        long records = LineReader.count(file, 0, bytes);
        return new TrailEnd(file, number, records, bytes, last.hash(), last.keyId(), begun(file), -1);
    }

    private static Seal lastSeal(Path file, long bytes, ChainKey key) throws IOException {
        Seal seal = LineReader.lastBefore(file, bytes)
                .flatMap(Seal::of)
                .orElseThrow(() -> new IOException(
                        "has a last record without a hash: another program wrote it, or it was changed; "
                                + BEGIN_ANEW));
        if (seal.keyId().isPresent() && key.id().isEmpty()) {
            throw new IOException(
                    "has records under a key and none is set: AGENTOS_AUDIT_KEY_FILE names it; or " + BEGIN_ANEW);
        }
        boolean otherKey = seal.keyId().isPresent() && !seal.keyId().equals(key.id());
        if (!otherKey && !seal.fits(seal.keyId().isPresent() ? key : ChainKey.NONE)) {
            throw new IOException("has a last record that was changed: " + BEGIN_ANEW);
        }
        return seal;
    }

    /** A head is on disk before the first record is: one that is gone may hide that records are. */
    private static void requireNothingLost(AuditFiles files, TrailEnd end) throws IOException {
        if (end.records > 0) {
            throw new IOException("has no head, " + files.head().getFileName()
                    + ": whether records were cut off its end cannot be told; " + BEGIN_ANEW);
        }
    }

    private static void requireNoted(AuditFiles files, TrailEnd end, Head.Noted noted, ChainKey key)
            throws IOException {
        Head head = noted.head();
        requireSameKey(files, end, noted, key);
        ChainKey by = noted.keyId().isPresent() ? key : ChainKey.NONE;
        if (noted.keyId().equals(by.id()) && !noted.fits(by)) {
            throw new IOException("has a head, " + files.head().getFileName() + ", that was changed: " + BEGIN_ANEW);
        }
        Path file = head.file() == end.number ? end.file : files.older(head.file());
        boolean near = head.file() == end.number || head.file() == end.number - 1;
        if (head.records() > 0 && (!near || !reaches(file, head))) {
            throw new IOException("ends before record " + head.records() + " of file " + head.file() + ", of which "
                    + files.head().getFileName()
                    + " tells, or has another there: records are missing, see federation audit"
                    + " verify; " + BEGIN_ANEW);
        }
    }

    /** A head is under a key before the first record is: one that is not was made by somebody without the key. */
    private static void requireSameKey(AuditFiles files, TrailEnd end, Head.Noted noted, ChainKey key)
            throws IOException {
        boolean keyed = end.keyId.isPresent() && end.keyId.equals(key.id());
        if (keyed && !noted.keyId().equals(key.id())) {
            throw new IOException("has records under the key that is set, and a head, "
                    + files.head().getFileName()
                    + ", that is not: it was replaced, which may hide that records were cut off; "
                    + BEGIN_ANEW);
        }
    }

    private static boolean reaches(Path file, Head head) throws IOException {
        return Files.exists(file)
                && LineReader.lastBefore(file, head.bytes())
                        .flatMap(Seal::of)
                        .filter(seal -> seal.hash().equals(head.hash()))
                        .isPresent()
                && Files.size(file) >= head.bytes();
    }

    /** The number that a file's first record gives it; the first file of a trail has no such record. */
    static int numberOf(Path file) throws IOException {
        JsonNode first = firstRecord(file);
        boolean follows = first.path("action").asText().equals(ROTATED);
        return follows ? first.at("/meta/file").asInt(1) : 1;
    }

    static JsonNode firstRecord(Path file) throws IOException {
        Optional<byte[]> line = LineReader.first(file);
        return line.isEmpty() ? JSON.missingNode() : json(line.get());
    }

    /** The record in a line; missing where it is none. */
    static JsonNode json(byte[] line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noRecord) {
            return JSON.missingNode();
        }
    }

    private static Instant begun(Path file) throws IOException {
        return timeOf(firstRecord(file)).orElse(Instant.MAX);
    }

    static Optional<Instant> timeOf(JsonNode record) {
        try {
            return Optional.of(Instant.parse(record.path("time").asText()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
