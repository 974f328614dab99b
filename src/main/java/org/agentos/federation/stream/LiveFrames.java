package org.agentos.federation.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;

/**
 * Newest events as ready frames, encoded once for all readers that stand at the same place of a run. A cursor is the
 * same for every reader of a run while one key signs, so whole frames are shared. Thread-safe.
 */
final class LiveFrames {
    /** Of frames in all: a few events of the runs that are watched by many just now. */
    private static final long MAX_BYTES = 16 << 20;

    /** Frames are of use while they are new; those of a run that was deleted must not outlive it for long. */
    private static final Duration MAX_AGE = Duration.ofSeconds(30);

    private final Cache<Place, Encoded> frames = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .expireAfterWrite(MAX_AGE)
            .weigher((Place place, Encoded encoded) -> encoded.bytes().length())
            .executor(Runnable::run)
            .build();

    /**
     * What frames are ready for: a place of one log of a run, and the key that makes their cursors. Asked for before the
     * frames are made: a rotation meanwhile leaves them under the old key, where nobody looks for them any more.
     */
    record Place(RunKey run, long generation, byte keyId, Position after) {
        static Place of(RunReader reader, Position after) {
            return new Place(reader.run(), reader.generation(), reader.cursors().keyId(), after);
        }
    }

    /** The frames after a place, if somebody has made them. */
    Optional<Encoded> after(Place place) {
        return Optional.ofNullable(frames.getIfPresent(place));
    }

    /** Keeps what was made for one reader, for the next that comes to the place. */
    void keep(Place place, Encoded made) {
        frames.put(place, made);
    }
}
