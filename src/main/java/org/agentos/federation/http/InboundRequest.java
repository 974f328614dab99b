package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request as it reached the listener, before anything was decided about it. Routes find it in the exchange property
 * {@value #PROPERTY}; request headers are only here, so that no answer and no call to a peer repeats them by accident.
 *
 * @param path as sent, still percent-encoded, without the query
 * @param query decoded parameters; of a repeated one the first value
 * @param repeatedParameters names of parameters given more than once
 * @param headers without {@code X-JWT-*} and {@code Camel*}; read only
 * @param clientCertificates the chain the TLS handshake verified, leaf first; empty without one
 * @param remote the address of who has connected; empty for what the gateway asks of itself
 */
public record InboundRequest(
        String method,
        String path,
        Map<String, String> query,
        Set<String> repeatedParameters,
        MultiMap headers,
        String requestId,
        String correlationId,
        List<X509Certificate> clientCertificates,
        Optional<String> remote) {

    /** The exchange property that holds the request. */
    public static final String PROPERTY = "request";

    /** A request from an address that does not matter. */
    public InboundRequest(
            String method,
            String path,
            Map<String, String> query,
            Set<String> repeatedParameters,
            MultiMap headers,
            String requestId,
            String correlationId,
            List<X509Certificate> clientCertificates) {
        this(
                method,
                path,
                query,
                repeatedParameters,
                headers,
                requestId,
                correlationId,
                clientCertificates,
                Optional.empty());
    }

    /** A request over plain HTTP whose headers and parameters all have one value. */
    public InboundRequest(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            String requestId,
            String correlationId) {
        this(
                method,
                path,
                query,
                Set.of(),
                MultiMap.caseInsensitiveMultiMap().addAll(headers),
                requestId,
                correlationId,
                List.of());
    }

    /** The header's first value; names are compared without case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Headers and parameters may hold secrets and stay out of logs. */
    @Override
    public String toString() {
        return "InboundRequest[" + method + " " + path + ", request=" + requestId + "]";
    }
}
