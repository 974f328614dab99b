package org.agentos.federation.trust;

import java.util.Locale;
import org.agentos.federation.error.FederationException;

/** Why a peer may not do something: the rule that says no. */
public enum Denial {
    DIRECTION("the peer's policy does not allow this direction"),
    TENANT("the peer's policy does not allow this tenant"),
    AGENT("the peer's policy does not allow this agent"),
    EVENT_TYPE("the peer's policy does not allow this event type"),
    EVENT_SIZE("the event is larger than the peer's policy allows"),
    HOLDER("the run is held by another peer"),
    PEER_NOT_PROVEN("no certificate or token proves which peer this is"),
    PEER_MISMATCH("the peer named is not the one proven");

    private final String message;

    Denial(String message) {
        this.message = message;
    }

    /** As it stands in {@code details.reason} and in the reason of a single event. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The refusal of a whole request. */
    public FederationException refusal() {
        return Refusals.forbidden(wireName(), message);
    }
}
