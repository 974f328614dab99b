package org.agentos.federation.mirror;

import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;

/**
 * How one connection to a peer's event stream went.
 *
 * @param error a short fixed name, "" for a stream that ended as it should
 * @param accepted events that are new in the log
 * @param sealedBy the terminal event among them
 * @param told how the run ended, as the stream itself told beside its events
 */
record Outcome(Kind kind, String error, int accepted, Optional<RunEnd> sealedBy, Optional<RunEnd> told) {
    enum Kind {
        /** The peer closed the stream properly. */
        ENDED,
        /** The stream broke off, fell silent, or ended for a reason that says nothing of the run. */
        CUT,
        /** The stream had lasted long enough and was closed by this gateway. */
        RENEWED,
        /** No connection, or a peer that cannot answer now. */
        UNREACHABLE,
        /** The peer answered that it takes no more for the moment: 429. */
        BUSY,
        /** The peer answered, and not with an event stream that can be read. */
        REFUSED,
        UNAUTHORIZED,
        /** This gateway could not store what came. */
        NOT_STORED,
        /** The log is sealed, or the run deleted: nothing more can come. */
        SEALED
    }

    static Outcome failed(Kind kind, String error) {
        return new Outcome(kind, error, 0, Optional.empty(), Optional.empty());
    }

    /** Whether the peer gave no stream for now: after a few of these in a row it is asked at the slowest pace. */
    boolean tryLater() {
        return kind == Kind.UNREACHABLE || kind == Kind.BUSY;
    }

    /** Whether the peer had its say: such a connection without anything new counts towards the end of the run. */
    boolean answered() {
        return kind == Kind.ENDED || kind == Kind.REFUSED || kind == Kind.SEALED;
    }
}
