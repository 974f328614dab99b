package org.agentos.federation.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pages of a trail in the order in which it was written, over all its files, while it is written. A page looks at
 * {@link #MAX_SCANNED} bytes at most, whatever it finds there. Thread-safe.
 */
public final class AuditPages {
    /** Bounds the time a page takes: what a disk and a parser do in a fraction of a second. */
    static final int MAX_SCANNED = 4 * 1024 * 1024;

    /** Bounds the memory of an answer. */
    static final int MAX_ANSWER = 1024 * 1024;

    /** How far records may stand out of the order of their times: requests wait for each other, clocks are set. */
    static final Duration DISORDER = Duration.ofMinutes(1);

    /** Within so many bytes a search by time is over. */
    private static final int NEAR = 64 * 1024;

    private final FileSink sink;
    private final AuditFiles files;

    AuditPages(FileSink sink) {
        this.sink = sink;
        this.files = sink.files();
    }

    /**
     * A place between two records.
     *
     * @param file number of the file
     * @param offset in bytes
     */
    record Place(int file, long offset) {}

    /** @param more whether there was something left to look at */
    record Page(List<JsonNode> records, Place next, boolean more) {}

    /** What was found so far, and what may still be looked at. */
    private static final class Draft {
        private final AuditQuery query;
        private final List<JsonNode> records = new ArrayList<>();
        private long scanned;
        private long kept;
        private boolean past;

        Draft(AuditQuery query) {
            this.query = query;
        }

        boolean isFull() {
            return records.size() >= query.limit() || scanned >= MAX_SCANNED || kept >= MAX_ANSWER || past;
        }

        void look(byte[] line) {
            scanned += line.length;
            JsonNode record = TrailEnd.json(line);
            Optional<Instant> time = TrailEnd.timeOf(record);
            past = time.isPresent()
                    && query.until().isPresent()
                    && time.get().isAfter(query.until().get().plus(DISORDER));
            if (!past && time.isPresent() && query.wants(record, time.get())) {
                records.add(record);
                kept += line.length;
            }
        }
    }

    /**
     * Reads a page.
     *
     * @param after where the page before ended; empty to begin with the oldest record
     * @return empty when nothing begins or ends at that place
     * @throws NoSuchFileException when the place is in a file that is gone
     */
    Optional<Page> read(AuditQuery query, Optional<Place> after) throws IOException {
        FileSink.Extent end = sink.extent();
        if (after.isPresent() && !isBetweenRecords(after.get(), end)) {
            return Optional.empty();
        }
        Place at = after.isPresent() ? after.get() : start(query, end);
        Draft draft = new Draft(query);
        while (true) {
            at = readOn(at, end, draft);
            Optional<Integer> next = Optional.ofNullable(numbers(end).higher(at.file()));
            boolean atEnd = at.offset() >= limit(at.file(), end);
            if (draft.isFull() || next.isEmpty()) {
                return Optional.of(new Page(draft.records, at, !draft.past && !(atEnd && next.isEmpty())));
            }
            at = new Place(next.get(), 0);
        }
    }

    private Place readOn(Place at, FileSink.Extent end, Draft draft) throws IOException {
        try (LineReader reader = open(at.file(), at.offset(), end)) {
            while (!draft.isFull()) {
                Optional<byte[]> line = reader.next();
                if (line.isEmpty()) {
                    return new Place(at.file(), reader.limit());
                }
                draft.look(line.get());
            }
            return new Place(at.file(), reader.position());
        }
    }

    private boolean isBetweenRecords(Place place, FileSink.Extent end) throws IOException {
        if (place.file() < 1 || place.file() > end.number() || place.offset() < 0) {
            return false;
        }
        if (place.offset() == 0) {
            return true;
        }
        try (LineReader reader = open(place.file(), place.offset() - 1, end)) {
            return place.offset() <= reader.limit()
                    && reader.next().filter(rest -> rest.length == 0).isPresent();
        }
    }

    /** A file keeps its content and changes its name: that it has no older name yet is asked once it is open. */
    private LineReader open(int number, long from, FileSink.Extent end) throws IOException {
        Path older = files.older(number);
        if (number == end.number()) {
            try {
                LineReader reader = LineReader.open(files.active(), from, end.bytes());
                if (!Files.exists(older)) {
                    return reader;
                }
                reader.close();
            } catch (NoSuchFileException renamed) {
                // read by its other name
            }
        }
        return LineReader.open(older, from);
    }

    private long limit(int number, FileSink.Extent end) throws IOException {
        return number == end.number() ? end.bytes() : Files.size(files.older(number));
    }

    private NavigableSet<Integer> numbers(FileSink.Extent end) throws IOException {
        NavigableSet<Integer> numbers =
                new TreeSet<>(files.olderOnes().headMap(end.number(), false).keySet());
        numbers.add(end.number());
        return numbers;
    }

    private Place start(AuditQuery query, FileSink.Extent end) throws IOException {
        List<Integer> numbers = List.copyOf(numbers(end));
        if (query.since().isEmpty()) {
            return new Place(numbers.get(0), 0);
        }
        Instant before = query.since().get().minus(DISORDER);
        int low = 0;
        int high = numbers.size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            boolean early = lineAfter(new Place(numbers.get(middle), 0), end)
                    .filter(first -> !first.time().isAfter(before))
                    .isPresent();
            low = early ? middle : low;
            high = early ? high : middle;
        }
        return within(numbers.get(low), before, end);
    }

    private record Found(long offset, Instant time) {}

    private Place within(int number, Instant before, FileSink.Extent end) throws IOException {
        long low = 0;
        long high = limit(number, end);
        while (high - low > NEAR) {
            long middle = (low + high) >>> 1;
            Optional<Found> found = lineAfter(new Place(number, middle), end);
            if (found.isPresent() && !found.get().time().isAfter(before)) {
                low = Math.max(found.get().offset(), low + 1);
                if (low >= high) {
                    break;
                }
            } else {
                high = middle;
            }
        }
        return new Place(number, low == 0 ? 0 : lineAfterOrSame(number, low, end));
    }

    private long lineAfterOrSame(int number, long offset, FileSink.Extent end) throws IOException {
        return isBetweenRecords(new Place(number, offset), end)
                ? offset
                : lineAfter(new Place(number, offset), end).map(Found::offset).orElse(0L);
    }

    /** The first record that begins after a place, or at the beginning of the file. */
    private Optional<Found> lineAfter(Place place, FileSink.Extent end) throws IOException {
        try (LineReader reader = open(place.file(), place.offset(), end)) {
            if (place.offset() > 0 && reader.next().isEmpty()) {
                return Optional.empty();
            }
            long offset = reader.position();
            return reader.next().map(TrailEnd::json).flatMap(TrailEnd::timeOf).map(time -> new Found(offset, time));
        }
    }
}
