package org.agentos.federation.forward;

import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;

/**
 * camel-http with limits on what stands around an answer's body. Its client takes a head, and trailers, of any length: a peer
 * that sends header lines without end would fill memory.
 */
public final class PeerHttpComponent extends HttpComponent {
    /** The name under which Camel looks for the component of {@code http:} endpoints before it makes one. */
    public static final String BEAN_NAME = "http-component";

    /** One header line: more than servers send and proxies pass on. */
    static final int MAX_LINE_BYTES = 16 * 1024;

    /** Lines of a head. */
    static final int MAX_HEADERS = 100;

    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(MAX_LINE_BYTES)
            .setMaxHeaderCount(MAX_HEADERS)
            .build();

    @Override
    @SuppressWarnings("deprecation") // camel-http 4.18 has no other hook
    protected HttpClientConnectionManager createConnectionManager(
            Registry<ConnectionSocketFactory> registry, int total, int perRoute, SocketConfig sockets) {
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                registry,
                PoolConcurrencyPolicy.STRICT,
                TimeValue.ofMilliseconds(getConnectionTimeToLive()),
                ManagedHttpClientConnectionFactory.builder().http1Config(LIMITS).build());
        connections.setMaxTotal(total > 0 ? total : getMaxTotalConnections());
        connections.setDefaultMaxPerRoute(perRoute > 0 ? perRoute : getConnectionsPerRoute());
        connections.setDefaultSocketConfig(sockets);
        return connections;
    }
}
