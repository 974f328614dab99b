package org.agentos.federation.mirror;

/**
 * Where a stream is to be taken up again.
 *
 * @param sequence the last one in the log; always asked for
 * @param lastEventId of the peer's stream, which knows events without a sequence too; "" for none
 * @param replays whether the peer says that it starts where it is asked to
 */
record ResumePoint(long sequence, String lastEventId, boolean replays) {
    /** An id goes back to the peer as a header: a longer one, or one with other characters, is not sent. */
    private static final int MAX_LENGTH = 256;

    static ResumePoint of(LogHead head, String lastEventId, boolean replays) {
        return new ResumePoint(head.sequence(), replays && fits(lastEventId) ? lastEventId : "", replays);
    }

    boolean byId() {
        return !lastEventId.isEmpty();
    }

    private static boolean fits(String id) {
        return id.length() <= MAX_LENGTH && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
