package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.stream.LiveFrames.Place;

/** One run's events as one reader is to see them: read, filtered, framed. Not thread-safe. */
final class RunFrames {
    private final RunReader reader;
    private final StreamFormat format;
    private final TypeFilter types;
    private final LiveRuns live;
    private final LiveFrames ready;

    RunFrames(RunReader reader, StreamFormat format, TypeFilter types, LiveRuns live, LiveFrames ready) {
        this.reader = reader;
        this.format = format;
        this.types = types;
        this.live = live;
        this.ready = ready;
    }

    /**
     * What follows a place; empty when nothing does now.
     *
     * @param bytes of envelopes at most, also where they were read for another reader; a single larger event still comes
     */
    Optional<Encoded> after(Cursor at, int bytes) {
        return shareable() ? shared(at, bytes) : own(at, bytes);
    }

    private boolean shareable() {
        return types.showsAll() && format instanceof SseFormat && live.shared(reader.run());
    }

    private Optional<Encoded> shared(Cursor at, int bytes) {
        Place place = Place.of(reader, at.position());
        Optional<Encoded> made = ready.after(place);
        if (made.isEmpty()) {
            return makeForAll(place, at, bytes);
        }
        boolean fits = made.get().read() <= bytes || made.get().events() == 1;
        return fits ? made : own(at, bytes);
    }

    /** Every reader that has had the newest event asks once more, and mostly gets no more than one look at the tail. */
    private Optional<Encoded> makeForAll(Place place, Cursor at, int bytes) {
        Optional<Slice> newest = reader.live(at, bytes);
        if (newest.isEmpty()) {
            return own(at, bytes);
        }
        if (newest.get().events().isEmpty()) {
            return news(newest.get());
        }
        Encoded made = encode(newest.get()).forOthers();
        ready.keep(place, made);
        return Optional.of(made);
    }

    private Optional<Encoded> own(Cursor at, int bytes) {
        return news(reader.read(at, bytes));
    }

    /** An end may come without events: the tail shows a run's last one a moment before the log says that it sealed the run. */
    private Optional<Encoded> news(Slice slice) {
        boolean news = !slice.events().isEmpty()
                || slice.trimmed().isPresent()
                || slice.end().isPresent();
        return news ? Optional.of(encode(slice)) : Optional.empty();
    }

    private Encoded encode(Slice slice) {
        Framing framing = new Framing(Buffer.buffer(size(slice)));
        Cursor upTo = slice.tell(types, reader.cursors(), framing);
        if (framing.last != null) {
            format.afterEvents(framing.out, upTo);
        }
        return new Encoded(
                framing.out,
                framing.events,
                read(slice),
                upTo,
                Optional.ofNullable(framing.last).map(Cursor::after),
                slice.end(),
                !slice.more());
    }

    /** Exact for events, so that the buffer of a replay is not grown and copied. */
    private int size(Slice slice) {
        if (!types.showsAll()) {
            return 0;
        }
        return read(slice) + slice.events().size() * format.eventOverhead();
    }

    private static int read(Slice slice) {
        int bytes = 0;
        for (StoredEvent event : slice.events()) {
            bytes += event.envelope().length();
        }
        return bytes;
    }

    private final class Framing implements Slice.Visitor {
        private final Buffer out;
        private StoredEvent last;
        private int events;

        private Framing(Buffer out) {
            this.out = out;
        }

        @Override
        public boolean gap(Gap gap) {
            format.gap(out, gap);
            return true;
        }

        @Override
        public boolean event(StoredEvent event) {
            format.event(out, event);
            last = event;
            events++;
            return true;
        }
    }
}
