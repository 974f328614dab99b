package org.agentos.federation.settings;

import java.time.Duration;

/**
 * Event streams to clients.
 *
 * @param heartbeat silence after which a comment is sent
 * @param maxStreams open at once; one more is answered 429
 * @param maxStreamsPerTenant open at once for one tenant
 * @param bufferBytes frames one stream may hold that its client has not taken
 */
public record StreamSettings(Duration heartbeat, int maxStreams, int maxStreamsPerTenant, int bufferBytes) {}
