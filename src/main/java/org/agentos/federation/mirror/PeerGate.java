package org.agentos.federation.mirror;

import java.time.Duration;

/**
 * What all callers of a peer share: whether it is to be called at the moment, and how calls went. Called on event loops, so nothing here may block.
 */
public interface PeerGate {
    /** How long the peer is not to be connected to; zero to go ahead. Asked before each connection of a mirror. */
    Duration pause(String stackId);

    /** How a connection went, once for each: whether the peer was reached and able to answer, whatever it said. */
    void called(String stackId, boolean reached);
}
