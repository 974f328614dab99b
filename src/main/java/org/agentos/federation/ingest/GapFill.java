package org.agentos.federation.ingest;

import org.agentos.federation.eventlog.RunKey;

/** The mirrors, as a push that would leave a gap needs them. Any thread may call; nothing here blocks. */
public interface GapFill {
    /** Whether the run's events are being read from its peer, so that one that is missing may come in a moment. */
    boolean mayFill(RunKey run);

    /** Asks the peer again for what follows the end of the run's log, where the run is being read. */
    void readAgain(RunKey run);

    /** Tells how a wait for missing events ended; after one in vain the next may not be worth while. */
    void waited(RunKey run, boolean filled);
}
