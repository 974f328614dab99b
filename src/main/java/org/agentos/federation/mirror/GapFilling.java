package org.agentos.federation.mirror;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.GapFill;

/**
 * Lets mirrors fill the gaps that pushes would leave. Where one could not, the pushes of that run do not wait again for a
 * while, which doubles: a peer without replay, or a producer whose sequences are not dense, is neither slowed down nor asked
 * over and over.
 */
public final class GapFilling implements GapFill {
    /** Of runs whose last wait was in vain; a forgotten one just waits again. */
    private static final int MAX_PAUSES = 10_000;

    private final MirrorSupervisor mirrors;
    private final InstantSource clock;
    private final Cache<RunKey, GapPause> pauses = Caffeine.newBuilder()
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
        GapPause pause = pauses.getIfPresent(run);
        return pause != null && pause.holds(clock.instant());
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
            pauses.asMap().compute(run, (key, last) -> GapPause.after(last, clock.instant()));
        }
    }
}
