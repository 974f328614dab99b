package org.agentos.federation.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.agentos.federation.settings.AuditKey;

/**
 * Goes through all files of a trail, oldest first, and tells the first thing that is not as the gateway wrote it: a record
 * that was changed, removed, inserted or moved, a file that is missing, an end that was cut off. Reads only, and may do so
 * while the gateway writes.
 */
public final class AuditVerifier {
    /** A rotation in the middle of a look makes it begin anew; more of them than this are no coincidence. */
    private static final int LOOKS = 3;

    private static final String OUT_OF_LINE =
            "does not follow the record before it: records were removed, inserted or moved";

    private final AuditFiles files;
    private final List<ChainKey> keys;

    /**
     * What was found.
     *
     * @param problem the first, naming file and line; empty for an intact trail
     * @param notes what is worth knowing of an intact one
     */
    public record Verdict(Optional<String> problem, List<String> notes) {}

    /**
     * Looks at a trail.
     *
     * @param file any file of it
     * @param keys those under which records may stand; with one, records before the first under a key may have none
     */
    public AuditVerifier(Path file, List<AuditKey> keys) {
        this.files = AuditFiles.around(file);
        this.keys = keys.stream().map(ChainKey::of).toList();
    }

    /** Where a trail lies, for those who have the setting; empty for a stream. */
    public static Optional<Path> fileOf(String sink) {
        return AuditSinks.files(sink).map(AuditFiles::active);
    }

    /**
     * Reads the whole trail.
     *
     * @throws IOException when the files cannot be read
     */
    public Verdict verify() throws IOException {
        for (int look = 1; ; look++) {
            NavigableMap<Integer, Path> before = files.olderOnes();
            Verdict verdict = look();
            boolean moved = !before.equals(files.olderOnes());
            if (verdict.problem().isEmpty() || !moved || look == LOOKS) {
                return verdict;
            }
        }
    }

    private Verdict look() throws IOException {
        try {
            return new Look().take();
        } catch (Broken broken) {
            return new Verdict(Optional.of(broken.getMessage()), List.of());
        } catch (NoSuchFileException gone) {
            return new Verdict(Optional.of(gone.getFile() + " is missing"), List.of());
        }
    }

    /** Carries what is wrong out of the middle of a file. */
    private static final class Broken extends RuntimeException {
        Broken(String problem) {
            super(problem, null, false, false);
        }
    }

    /** One walk along the chain. */
    private final class Look {
        private final HeadFile.Content head;
        private final NavigableMap<Integer, Path> older;
        private final List<String> notes = new ArrayList<>();
        private String last = AuditLine.ORIGIN;
        private boolean keyed;
        private int number;
        private int oldest;
        private int oldestKept = 1;
        private long total;
        private long line;
        private boolean noted;

        Look() throws IOException {
            this.head = HeadFile.read(files.head()); // first, so that the files hold at least what it tells
            this.older = files.olderOnes();
        }

        Verdict take() throws IOException {
            requireHead();
            for (Map.Entry<Integer, Path> file : older.entrySet()) {
                if (number > 0 && file.getKey() != number + 1) {
                    throw missing(number + 1);
                }
                walk(Optional.of(file.getKey()), file.getValue());
                requireWhole(file.getValue());
            }
            boolean written = Files.exists(files.active()) && LineReader.endOfLines(files.active()) > 0;
            if (written) {
                walk(Optional.empty(), files.active());
            }
            if (oldest > Math.max(1, oldestKept)) {
                throw missing(Math.max(1, oldestKept));
            }
            requireEnd(written);
            return verdict(written);
        }

        private Broken missing(int gone) {
            return new Broken(files.older(gone) + " is missing");
        }

        private void requireHead() {
            Head.Noted newest = head.newest()
                    .orElseThrow(() -> new Broken(files.head()
                            + (Files.exists(files.head()) ? " is damaged" : " is missing")
                            + ": whether records were cut off the end cannot be told"));
            if (head.damaged()) {
                throw new Broken(files.head() + " is damaged: it does not hold two notes, one after the other");
            }
            boolean fits = newest.keyId().isEmpty() ? newest.fits(ChainKey.NONE) : newest.fits(keys);
            if (!keys.isEmpty() && newest.keyId().isEmpty()) {
                throw new Broken(
                        files.head() + " is not under a key, though one is given: the gateway has not run with it"
                                + " yet, or the file was replaced");
            }
            if (!fits) {
                throw new Broken(files.head() + unfit(newest.keyId()));
            }
        }

        private String unfit(Optional<String> keyId) {
            boolean unknown =
                    keyId.isPresent() && keys.stream().noneMatch(key -> key.id().equals(keyId));
            return unknown ? " is under the key " + keyId.get() + ", which is not given" : " was changed";
        }

        /** @param named the number in the file's name; the file that is written tells its own */
        private void walk(Optional<Integer> named, Path file) throws IOException {
            line = 0;
            Head told = head.newest().orElseThrow().head();
            try (LineReader reader = LineReader.open(file, 0)) {
                for (Optional<byte[]> next = reader.next(); next.isPresent(); next = reader.next()) {
                    line++;
                    Seal seal = intact(file, next.get());
                    if (line == 1) {
                        begin(named, file, TrailEnd.json(next.get()), seal);
                    } else if (!seal.prev().equals(last)) {
                        throw broken(file, OUT_OF_LINE);
                    }
                    last = seal.hash();
                    if (number == told.file() && line == told.records()) {
                        noted = last.equals(told.hash()) && reader.position() == told.bytes();
                    }
                }
            }
            number = line == 0 ? named.orElse(number) : number;
            oldest = oldest == 0 ? number : oldest;
            total += line;
        }

        private Seal intact(Path file, byte[] bytes) {
            Seal seal = Seal.of(bytes).orElseThrow(() -> broken(file, "is not a whole record of the trail"));
            requireKey(file, seal);
            boolean fits = seal.keyId().isEmpty()
                    ? seal.fits(ChainKey.NONE)
                    : keys.stream().anyMatch(seal::fits);
            if (!fits) {
                throw broken(file, "was changed: its hash does not fit");
            }
            return seal;
        }

        /** Older files go only as the newest says: what is below its oldest_file was deleted by the gateway. */
        private void begin(Optional<Integer> named, Path file, JsonNode record, Seal seal) {
            boolean follows = record.path("action").asText().equals(TrailEnd.ROTATED);
            int told = follows ? record.at("/meta/file").asInt() : 1;
            boolean first = number == 0;
            if (!first && named.isEmpty() && told > number + 1) {
                throw missing(number + 1);
            }
            if (told != named.orElse(first ? told : number + 1)) {
                throw broken(
                        file, first && seal.prev().equals(AuditLine.ORIGIN) ? "begins another trail" : OUT_OF_LINE);
            }
            if (!seal.prev().equals(last) && !(first && follows)) {
                throw broken(file, OUT_OF_LINE);
            }
            number = told;
            oldestKept = follows ? record.at("/meta/oldest_file").asInt(1) : oldestKept;
        }

        private void requireKey(Path file, Seal seal) {
            if (seal.keyId().isEmpty() && keyed) {
                throw broken(file, "is not under a key, and a record before it is");
            }
            keyed |= seal.keyId().isPresent();
            if (seal.keyId().isPresent()
                    && keys.stream().noneMatch(key -> key.id().equals(seal.keyId()))) {
                throw broken(file, "is under the key " + seal.keyId().get() + ", which is not given");
            }
        }

        private Broken broken(Path file, String what) {
            return new Broken(file + " line " + line + " " + what);
        }

        /** A file that is written no more ends with a line feed. */
        private void requireWhole(Path file) throws IOException {
            if (LineReader.endOfLines(file) != Files.size(file)) {
                line++;
                throw broken(file, "is cut short");
            }
        }

        private void requireEnd(boolean written) throws IOException {
            Head told = head.newest().orElseThrow().head();
            if (told.records() == 0 || noted) {
                noteTornLine();
                return;
            }
            Path file = written || told.file() > number ? files.active() : files.older(told.file());
            if (told.file() > number) {
                throw new Broken(file + " line 1 is missing: the file had " + told.records() + " records");
            }
            if (told.file() == number && line < told.records()) {
                throw new Broken(file + " line " + (line + 1) + " is missing: the file was cut off, it had "
                        + told.records() + " records");
            }
            throw new Broken((told.file() == number ? file : files.older(told.file())) + " line " + told.records()
                    + " is not the record that " + files.head() + " tells of");
        }

        private void noteTornLine() throws IOException {
            Path file = files.active();
            if (Files.exists(file) && LineReader.endOfLines(file) < Files.size(file)) {
                notes.add(file + " line " + (line + 1)
                        + " is being written, or was cut short by a crash: nobody was answered for it, the next start"
                        + " removes it");
            }
        }

        private Verdict verdict(boolean written) {
            int count = older.size() + (written ? 1 : 0);
            String kind = keyed ? "under a key" : "without a key: who can write the files can make them anew";
            notes.add(0, total + " records in " + count + " files are intact, " + kind);
            if (oldest > 1) {
                notes.add("files before number " + oldest + " have been deleted by the gateway");
            }
            notes.add("last hash " + last);
            return new Verdict(Optional.empty(), List.copyOf(notes));
        }
    }
}
