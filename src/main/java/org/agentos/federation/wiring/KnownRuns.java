package org.agentos.federation.wiring;

import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardIndex;
import org.agentos.federation.stream.RunDirectory;

/** The forwarded runs, whose events the mirrors fetch for whoever reads them. */
public record KnownRuns(ForwardIndex index, Mirroring mirroring) implements RunDirectory {
    @Override
    public boolean knows(RunKey run) {
        return index.find(run).filter(entry -> !entry.deleted()).isPresent();
    }

    @Override
    public Interest reading(RunKey run) {
        return mirroring.want(run)::close;
    }
}
