package org.agentos.federation.eventlog;

import java.util.Optional;

/**
 * What a forward's answer has put aside.
 *
 * @param holder the peer whose log it was; empty where it was only a claim
 * @param events in it
 */
public record Replaced(Optional<String> holder, long events) {}
