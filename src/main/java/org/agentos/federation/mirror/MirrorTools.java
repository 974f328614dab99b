package org.agentos.federation.mirror;

import java.util.random.RandomGenerator;
import org.agentos.federation.settings.MirrorSettings;

/** What all mirrors share. */
record MirrorTools(
        MirrorPorts ports,
        PeerCalls calls,
        RunStatus status,
        UpstreamSlots slots,
        MirrorSettings settings,
        Timers timers,
        RandomGenerator random,
        ReadAhead ahead,
        MirrorMeters meters) {}
