package org.agentos.federation.http;

/** Is told of every answer once: for metrics. Called on an event loop, so it must not block. */
public interface HttpObserver {
    /** The status told for a client that left before its answer; nobody sees it on the wire. */
    int CLIENT_LEFT = 499;

    /** The route told for a request that no route was found for. */
    String NO_ROUTE = "none";

    HttpObserver NONE = (routeId, method, status, nanos) -> {};

    /**
     * One answer: a whole one when its last byte is written, a streamed one when its head is.
     *
     * @param nanos since the request's head was read
     */
    void answered(String routeId, String method, int status, long nanos);
}
