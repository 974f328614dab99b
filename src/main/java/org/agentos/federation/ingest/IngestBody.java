package org.agentos.federation.ingest;

import java.util.List;
import org.agentos.federation.trust.BodyAuth;

/**
 * The body of an ingest request in any of its shapes.
 *
 * @param claimedPeers every stack_id the body gives as its sender's, as a rule none or one
 * @param events in the order of the body
 */
public record IngestBody(List<String> claimedPeers, BodyAuth auth, List<ReadEvent> events) {}
