package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * The listener.
 *
 * @param eventLoops threads that read and write sockets
 * @param workers threads that run routes
 * @param maxInFlight requests being worked on at once; one more is answered 503, so nothing queues without end
 * @param maxBodyBytes of a request, after decompression
 * @param idleTimeout a connection without a request in progress is closed after it
 * @param headerTimeout a client that takes longer to send its request head is cut
 * @param tls absent: plain HTTP
 */
public record HttpSettings(
        String host,
        int port,
        int eventLoops,
        int workers,
        int maxInFlight,
        int maxBodyBytes,
        Duration idleTimeout,
        Duration headerTimeout,
        Optional<ServerTls> tls,
        CorsSettings cors) {}
