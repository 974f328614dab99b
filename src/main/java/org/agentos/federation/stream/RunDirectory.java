package org.agentos.federation.stream;

import org.agentos.federation.eventlog.RunKey;

/** The runs that exist although no event of theirs may be stored yet: those that were forwarded. */
@FunctionalInterface
public interface RunDirectory {
    /** Whether this tenant has the run. May look at the disk. */
    boolean knows(RunKey run);
}
