package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunCursors;

/**
 * What one stream says, piece by piece: the opening, events as they are stored, signs of life, the end. Knows nothing of
 * demand or threads. Not thread-safe, but for how it ended.
 */
final class StreamContent {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final RunFrames frames;
    private final StreamFormat format;
    private final RunCursors cursors;
    private final Optional<Gap> startGap;
    private final Optional<Position> closeAt;

    private Cursor at;
    private Cursor told;
    private volatile EndReason finish;
    private boolean opened;
    private volatile long events;
    private volatile boolean over;
    private boolean caughtUp;

    /** @param closeAt the place at which the stream closes; empty to follow the run */
    StreamContent(
            RunFrames frames, StreamFormat format, RunCursors cursors, StartPoint start, Optional<Position> closeAt) {
        this.frames = frames;
        this.format = format;
        this.cursors = cursors;
        this.startGap = start.gap();
        this.closeAt = closeAt;
        this.at = start.at();
        this.told = start.at();
        this.finish = start.endReached().map(EndReason::of).orElse(null);
    }

    /** Whether all is said. */
    boolean over() {
        return over;
    }

    /** Whether nothing followed the last piece when it was read: the run tells of what comes after. */
    boolean caughtUp() {
        return caughtUp;
    }

    /** Events that went into pieces so far. */
    long events() {
        return events;
    }

    /** Why the stream ended; empty for one that only closed, and before the end. */
    Optional<EndReason> ended() {
        return over ? Optional.ofNullable(finish) : Optional.empty();
    }

    /**
     * The next piece; may read from the disk.
     *
     * @param asked the end somebody asked for, or null
     * @param silent whether a sign of life is due if there is nothing else
     * @param bytes of envelopes at most; a single larger event still comes; 0 = no event may be read now
     * @return empty when there is nothing to say for now, or at all; a piece of no bytes when there was progress that a
     *     filter hides
     */
    Optional<Buffer> next(EndReason asked, boolean silent, int bytes) {
        caughtUp = false;
        if (over) {
            return Optional.empty();
        }
        if (!opened) {
            return Optional.of(opening());
        }
        if (finish == null && asked != null && !asked.afterStoredEvents()) {
            finish = asked;
        }
        if (finish != null) {
            return ending();
        }
        if (closeAt.isPresent() && !closeAt.get().isAfter(at.position())) {
            return closing();
        }
        if (bytes == 0) {
            return silent ? Optional.of(signOfLife()) : Optional.empty();
        }
        Optional<Encoded> events = frames.after(at, bytes);
        if (events.isPresent()) {
            return Optional.of(take(events.get()));
        }
        finish = asked;
        return finish != null ? ending() : silent ? Optional.of(signOfLife()) : Optional.empty();
    }

    private Buffer opening() {
        opened = true;
        Buffer out = Buffer.buffer();
        format.open(out, at);
        startGap.ifPresent(gap -> format.gap(out, gap));
        return out;
    }

    private Buffer take(Encoded next) {
        long before = events; // written by one task at a time
        events = before + next.events();
        at = next.upTo();
        told = next.told().orElse(told);
        finish = next.end().map(EndReason::of).orElse(null);
        caughtUp = next.newest() && finish == null && closeAt.isEmpty();
        return next.bytes().length() == 0 ? NOTHING : next.bytes();
    }

    private Buffer signOfLife() {
        Buffer out = Buffer.buffer();
        if (!tellPlace(out)) {
            format.silence(out, at);
        }
        return out;
    }

    private Optional<Buffer> ending() {
        over = true;
        Buffer out = Buffer.buffer();
        tellPlace(out);
        format.end(out, new End(finish.wireName(), cursors.encode(at)));
        return Optional.of(out);
    }

    private Optional<Buffer> closing() {
        over = true;
        Buffer out = Buffer.buffer();
        return tellPlace(out) ? Optional.of(out) : Optional.empty();
    }

    /** A place that only hidden events lie before: untold, a reconnect would go through them all again. */
    private boolean tellPlace(Buffer out) {
        boolean untold = !told.position().equals(at.position());
        if (untold) {
            format.position(out, at);
            told = at;
        }
        return untold;
    }
}
