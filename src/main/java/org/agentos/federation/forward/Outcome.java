package org.agentos.federation.forward;

import java.util.Locale;
import org.agentos.federation.peer.PeerBreaker.Verdict;

/** How one attempt to start a run ended, as it is counted and logged, and what it says of the peer's health. */
public enum Outcome {
    /** With a run. */
    RUN(Verdict.WELL),
    /** With a 4xx. */
    REFUSED(Verdict.WELL),
    /** With 429. */
    BUSY(Verdict.WELL),
    /** With an answer that holds no run. */
    UNUSABLE(Verdict.WELL),
    /** With a 5xx. */
    FAILED(Verdict.UNWELL),
    /** Without a connection. */
    UNREACHABLE(Verdict.UNWELL),
    /** With a connection that broke off. */
    BROKEN(Verdict.UNWELL),
    /** Without an answer in time. */
    TIMED_OUT(Verdict.UNWELL),
    /** With a connection that was cut here, because a reload took the right to the call away. */
    REVOKED(Verdict.NO_CALL),
    /** Before a call was made. */
    NO_CALL(Verdict.NO_CALL);

    private final Verdict verdict;

    Outcome(Verdict verdict) {
        this.verdict = verdict;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** As it stands in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
