package org.agentos.federation.drills;

/** What became of damaged data when they were opened. A loss that nobody is told of is none of these: it fails the drill. */
enum Opened {
    /** All that was acknowledged is there. */
    WHOLE,
    /** It was not opened, and the message says what is wrong. */
    REFUSED,
    /** It was opened, and reading what is damaged fails instead of giving less. */
    TOLD_WHEN_READ,
    /** What could be read is there; the damaged file is set aside, or the missing one reported. */
    SET_ASIDE,
    /** The newest records are gone and all before them is there: as if they had never been written. */
    SHORT_AT_THE_END
}
