package org.agentos.federation.mirror;

import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;

/**
 * How the mirror of a run came to its end.
 *
 * @param how empty when the peer just has nothing more: {@code upstream_ended}
 * @param sealed by a stored terminal event or a deletion, so that nothing can follow; else a later reader makes the mirror try again
 */
public record MirrorEnd(Optional<RunEnd> how, boolean sealed) {
    /** Too many tries in a row brought nothing new. */
    public static final MirrorEnd UPSTREAM_ENDED = new MirrorEnd(Optional.empty(), false);

    /** The run was deleted here; nothing of it is taken in any more. */
    public static final MirrorEnd DELETED = new MirrorEnd(Optional.empty(), true);

    static MirrorEnd sealed(RunEnd how) {
        return new MirrorEnd(Optional.of(how), true);
    }

    static MirrorEnd byStatus(RunEnd how) {
        return new MirrorEnd(Optional.of(how), false);
    }

    /** The reason as {@code agentos.end} tells it. */
    public String reason() {
        return how.map(end -> "run_" + end.wireName()).orElse("upstream_ended");
    }
}
