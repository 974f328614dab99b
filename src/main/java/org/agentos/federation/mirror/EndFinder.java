package org.agentos.federation.mirror;

import java.util.Optional;
import org.agentos.federation.eventlog.RunEnd;

/**
 * Finds out whether a run is over, of what its connections bring and what its status says.
 *
 * <p>A run is over when a terminal event is stored; else when the peer's status says so and one more connection brings
 * nothing; else after a number of connections in a row that the peer ended with nothing new. A peer that cannot be reached
 * or breaks off never ends a run.
 */
final class EndFinder {
    /** What the mirror does now. */
    enum Next {
        CONNECT,
        BACK_OFF,
        ASK_STATUS,
        WAIT_FOR_TOKEN,
        /** The run is over: {@link EndFinder#end} tells how. */
        END
    }

    private final Pace pace;
    private final int mostFetches;
    /** How the run ended, by its status; from then on connections only fetch what is left. */
    private Optional<RunEnd> over = Optional.empty();

    private int fetches;
    private MirrorEnd end = MirrorEnd.UPSTREAM_ENDED;

    /** @param mostFetches connections that are made after the status has told the end */
    EndFinder(Pace pace, int mostFetches) {
        this.pace = pace;
        this.mostFetches = mostFetches;
    }

    /** How the run ended; of meaning after {@link Next#END} only. */
    MirrorEnd end() {
        return end;
    }

    /** Whether the status has told the end already. */
    boolean isOverByStatus() {
        return over.isPresent();
    }

    /** Takes a connection into account that the pace knows already. */
    Next after(Outcome outcome) {
        if (outcome.sealedBy().isPresent()) {
            return end(MirrorEnd.sealed(outcome.sealedBy().get()));
        }
        if (over.isPresent()) {
            return afterFetch(outcome);
        }
        if (outcome.told().isPresent()) {
            return afterStatus(outcome.told());
        }
        if (outcome.kind() == Outcome.Kind.UNAUTHORIZED) {
            return Next.WAIT_FOR_TOKEN;
        }
        return outcome.answered() ? Next.ASK_STATUS : Next.BACK_OFF;
    }

    /** The run is over by its status: one more connection that brings nothing shows that the log has everything. */
    private Next afterFetch(Outcome outcome) {
        fetches++;
        boolean nothingLeft = outcome.answered() && outcome.accepted() == 0;
        if (nothingLeft || pace.unreachable() || fetches >= mostFetches) {
            return end(MirrorEnd.byStatus(over.get()));
        }
        return Next.BACK_OFF;
    }

    /** Takes a status into account that was asked for between connections; true when the run is over by it. */
    boolean noteStatus(Optional<RunEnd> status) {
        over = status;
        return over.isPresent();
    }

    /** Takes the status after a connection into account; empty when the run goes on or the peer does not tell. */
    Next afterStatus(Optional<RunEnd> status) {
        over = status;
        if (pace.exhausted()) {
            return end(over.map(MirrorEnd::byStatus).orElse(MirrorEnd.UPSTREAM_ENDED));
        }
        return over.isPresent() ? Next.CONNECT : Next.BACK_OFF;
    }

    /** The log is sealed. */
    Next sealed(RunEnd how) {
        return end(MirrorEnd.sealed(how));
    }

    private Next end(MirrorEnd how) {
        end = how;
        fetches = 0;
        return Next.END;
    }
}
