package org.agentos.federation.mirror;

import org.agentos.federation.eventlog.RunKey;

/** Learns that a run's mirror has come to its end. Called on an event loop, so it may not block. */
@FunctionalInterface
public interface RunEnded {
    void ended(RunKey run, MirrorEnd end);
}
