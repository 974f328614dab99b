package org.agentos.federation.forward;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of every attempt: counted by outcome, and logged at INFO, but for a first one that succeeded, which is the rule
 * and stands at DEBUG.
 */
public final class PeerCallLog {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCallLog.class);
    private final ForwardMeters meters;
    private final LastFailures failures;

    public PeerCallLog(ForwardMeters meters, LastFailures failures) {
        this.meters = meters;
        this.failures = failures;
    }

    void succeeded(Forward forward) {
        forward.visit().endAttempt(Outcome.RUN, true);
        meters.called(forward.peer().stackId(), Outcome.RUN);
        LOG.atLevel(forward.attempts() > 1 ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG)
                .log(
                        "A call to a peer started a run peer={} attempt={} correlation_id={}",
                        forward.peer().stackId(),
                        forward.attempts(),
                        forward.caller().correlationId());
    }

    void failed(Forward forward, PeerFailure failure) {
        String stackId = forward.peer().stackId();
        if (failure.outcome() != Outcome.NO_CALL) {
            failures.note(stackId, failure);
            meters.called(stackId, failure.outcome());
            meters.decided(stackId, forward.decision());
        }
        forward.explanation()
                .add(stackId + ": attempt " + forward.attempts() + " "
                        + failure.outcome().label() + (failure.status() > 0 ? " " + failure.status() : "") + ", "
                        + forward.decision().label());
        LOG.info(
                "A call to a peer failed peer={} attempt={} outcome={} status={} then={} correlation_id={}",
                stackId,
                forward.attempts(),
                failure.outcome().label(),
                failure.status(),
                forward.decision().label(),
                forward.caller().correlationId());
    }
}
