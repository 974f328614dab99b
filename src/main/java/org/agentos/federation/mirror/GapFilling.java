package org.agentos.federation.mirror;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.GapFill;

/**
 * Lets mirrors fill the gaps that pushes would leave. Where one could not, the pushes of that run do not wait again for a
 * while, which doubles: a peer without replay, or a producer whose sequences are not dense, is neither slowed down nor asked
 * over and over.
 */
public final class GapFilling implements GapFill {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Of runs whose last wait was in vain; a forgotten one just waits again. */
    private static final int MAX_PAUSES = 10_000;

    private record Pause(Instant until, Duration length) {}

    private final MirrorSupervisor mirrors;
    private final InstantSource clock;
    private final Cache<RunKey, Pause> pauses = Caffeine.newBuilder()
            .maximumSize(MAX_PAUSES)
            .executor(Runnable::run)
            .build();

    public GapFilling(MirrorSupervisor mirrors, InstantSource clock) {
        this.mirrors = mirrors;
        this.clock = clock;
    }

    @Override
    public boolean mayFill(RunKey run) {
        return mirrors.isReading(run) && !isPausing(run);
    }

    private boolean isPausing(RunKey run) {
        Pause pause = pauses.getIfPresent(run);
        return pause != null && clock.instant().isBefore(pause.until());
    }

    @Override
    public void readAgain(RunKey run) {
        mirrors.readAgain(run);
    }

    @Override
    public void waited(RunKey run, boolean filled) {
        if (filled) {
            pauses.invalidate(run);
        } else {
            pauses.asMap().compute(run, (key, last) -> pause(last));
        }
    }

    private Pause pause(Pause last) {
        Duration doubled = last == null ? FIRST_PAUSE : last.length().multipliedBy(2);
        Duration length = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        return new Pause(clock.instant().plus(length), length);
    }
}
