package org.agentos.federation.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;

/**
 * Newest events as ready frames, encoded once for all readers that stand at the same place of a run. A cursor is the
 * same for every reader of a run, so whole frames are shared. Thread-safe.
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

    private record Place(RunKey run, long generation, Position after) {}

    /** The frames after a place of the log that a reader reads: the ready ones, else made now and kept. Nothing made, nothing kept. */
    Optional<Encoded> after(RunReader reader, Position after, Supplier<Encoded> make) {
        return Optional.ofNullable(
                frames.get(new Place(reader.run(), reader.generation(), after), place -> make.get()));
    }
}
