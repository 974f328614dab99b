package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * Calls to peers about runs they hold. Each limit on calls is one on questions and another, as high, on cancels: clients
 * that poll must not keep one from canceling.
 *
 * @param inFlightPerPeer calls of one purpose at one peer at once, at least 1
 * @param inFlight calls of one purpose at all peers at once, at least 1
 * @param stateTimeout for the answer to a question, which is put once
 * @param stateFresh how long an answer is given again; zero = not at all
 * @param cancelAttempts calls of one cancel in all, 1 = no retry; absent = as many as of a forward
 * @param cancelDeadline for all calls of one cancel together; absent = that of a forward
 */
public record HolderSettings(
        int inFlightPerPeer,
        int inFlight,
        Duration stateTimeout,
        Duration stateFresh,
        Optional<Integer> cancelAttempts,
        Optional<Duration> cancelDeadline) {}
