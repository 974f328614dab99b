package org.agentos.federation.settings;

import java.time.Duration;

/**
 * Reading the event streams of forwarded runs from their peers.
 *
 * @param connectAttempts in a row without a connection before the slow pace begins
 * @param baseBackoff before the first reconnect, at most 1 s; doubled after each try that brings nothing new
 * @param maxBackoff no wait is longer
 * @param emptyTries connections in a row that end without anything new after which the run counts as ended upstream
 * @param idleTimeout a silent connection is cut and tried again
 * @param totalTimeout a connection is renewed when it is this old, however much it brings
 * @param maxOpen upstream connections at once
 * @param maxOpenPerPeer of them to one peer whose entry in the registry says nothing else
 * @param connectsPerSecond and as many at once after a quiet time
 * @param connectsPerSecondAndPeer of them to one peer
 */
public record MirrorSettings(
        int connectAttempts,
        Duration baseBackoff,
        Duration maxBackoff,
        int emptyTries,
        Duration idleTimeout,
        Duration totalTimeout,
        int maxOpen,
        int maxOpenPerPeer,
        int connectsPerSecond,
        int connectsPerSecondAndPeer) {}
