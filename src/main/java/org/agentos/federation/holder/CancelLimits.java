package org.agentos.federation.holder;

import java.time.Duration;
import java.util.function.Supplier;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.settings.HolderSettings;

/** How long and how often a cancel is tried: as its peer's entry says, else as set for cancels, else as for forwards. */
public final class CancelLimits {
    private final HolderSettings settings;
    private final Supplier<ForwardSettings> forwards;

    /** @param forwards settings of the moment */
    public CancelLimits(HolderSettings settings, Supplier<ForwardSettings> forwards) {
        this.settings = settings;
        this.forwards = forwards;
    }

    /** Calls in all, at least 1. */
    int attempts(Peer peer) {
        return peer.redelivery().maxAttempts().orElseGet(() -> settings.cancelAttempts()
                .orElseGet(() -> forwards.get().maxAttempts()));
    }

    /** For all calls together. */
    Duration deadline(Peer peer) {
        int ownMillis = peer.redelivery().deadlineMs().orElse(0);
        return ownMillis > 0
                ? Duration.ofMillis(ownMillis)
                : settings.cancelDeadline().orElseGet(() -> forwards.get().deadline());
    }
}
