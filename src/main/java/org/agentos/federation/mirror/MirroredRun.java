package org.agentos.federation.mirror;

import java.net.URI;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.peer.Peer;

/**
 * A forwarded run whose events are to be read from its peer.
 *
 * @param eventsUrl as the forward index holds it: under the peer's base URL, or a path to be appended to it
 * @param principalId who started the run; absent in entries written by other software
 */
public record MirroredRun(RunKey run, Peer peer, URI eventsUrl, Optional<String> principalId) {}
