package org.agentos.federation.settings;

import java.time.Duration;

/**
 * Event streams to clients.
 *
 * @param heartbeat silence after which a comment is sent
 * @param maxStreams open at once; one more is answered 429
 * @param maxStreamsPerTenant open at once for one tenant
 * @param bufferBytes frames one stream may hold that its client has not taken
 * @param bufferBytesInAll what all streams may hold that way; above it those that are stuck the longest are ended
 * @param writeTimeout a client that takes nothing, or next to nothing, for so long while there is something for it, is
 *     ended
 * @param maxLifetime after which a stream is ended so that its client comes back; zero = never
 */
public record StreamSettings(
        Duration heartbeat,
        int maxStreams,
        int maxStreamsPerTenant,
        int bufferBytes,
        long bufferBytesInAll,
        Duration writeTimeout,
        Duration maxLifetime) {}
