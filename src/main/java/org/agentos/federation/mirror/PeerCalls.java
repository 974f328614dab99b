package org.agentos.federation.mirror;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.agentos.federation.issuer.OwnTokens;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsMaterial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that mirrors make to peers: where a pinned URL, the headers and a token come together. Host names are
 * verified, redirects not followed, compressed answers not asked for. The response comes on the caller's event loop.
 */
public final class PeerCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCalls.class);

    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** Kept short: a connection the peer has closed in the meantime costs an attempt. */
    private static final int KEEP_ALIVE_SECONDS = 5;

    /** Of the answers to status calls of one peer; streams have their own, so neither waits for the other. */
    private static final int STATUS_CONNECTIONS = 8;

    /** Runs of one peer that may wait for a status call at once; one more goes without this time. */
    private static final int STATUS_WAITING = 1_000;

    private static final int STATUS_TIMEOUT_MS = 10_000;

    private final HttpClient streams;
    private final HttpClient statuses;
    private final Vertx vertx;
    private final CallerTokens tokens;
    private final OwnTokens ownTokens;
    private final String ownStackId;
    private final RandomGenerator random;

    /**
     * Makes the clients; nothing is connected yet.
     *
     * @param maxOpen event streams at once
     * @param ownStackId stands in for the principal of a run that has none
     */
    public PeerCalls(
            Vertx vertx,
            LiveTls tls,
            int maxOpen,
            CallerTokens tokens,
            OwnTokens ownTokens,
            String ownStackId,
            RandomGenerator random) {
        this.vertx = vertx;
        this.ownTokens = ownTokens;
        this.streams = client(vertx, tls.now(), maxOpen, maxOpen);
        this.statuses = client(vertx, tls.now(), STATUS_CONNECTIONS, STATUS_WAITING);
        tls.onChange(this::become);
        this.tokens = tokens;
        this.ownStackId = ownStackId;
        this.random = random;
    }

    /** The pool's bounds are per peer. A connection's failure is told by the request on it; it is not logged besides. */
    private static HttpClient client(Vertx vertx, TlsMaterial tls, int connections, int waiting) {
        return vertx.httpClientBuilder()
                .with(options(tls))
                .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(waiting))
                .withConnectHandler(connection -> connection.exceptionHandler(cut -> {}))
                .build();
    }

    private static HttpClientOptions options(TlsMaterial tls) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setDecompressionSupported(false)
                .setVerifyHost(true);
        tls.applyTo(options);
        return options.setSsl(false); // each call says by its URL whether it is TLS
    }

    /** Connections from now on use it; open streams stay as they are. */
    private void become(TlsMaterial next) {
        streams.updateSSLOptions(options(next).getSslOptions(), true)
                .onFailure(e -> LOG.error("streams go on with the certificates of before", e));
        statuses.updateSSLOptions(options(next).getSslOptions(), true)
                .onFailure(e -> LOG.error("status calls go on with the certificates of before", e));
    }

    /** A request for the run's event stream after an id, "" for none; connected and not sent yet. */
    Future<HttpClientRequest> eventStream(MirroredRun run, PeerUrl url, String lastEventId) {
        RequestOptions request = dress(url.request(), run, "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.putHeader("Last-Event-ID", lastEventId);
        }
        return call(streams, run, request);
    }

    /** A request for the run itself, connected and not sent yet. */
    Future<HttpClientRequest> status(MirroredRun run, PeerUrl url) {
        return call(statuses, run, dress(url.request().setTimeout(STATUS_TIMEOUT_MS), run, "application/json"));
    }

    /** A cut is told by the response or its absence; a request without a handler of its own logs each one as an error. */
    private Future<HttpClientRequest> call(HttpClient client, MirroredRun run, RequestOptions options) {
        return authorization(run)
                .compose(token -> client.request(with(token, options))) // which throws when the client is closed
                .onSuccess(request -> request.exceptionHandler(cut -> {}));
    }

    private RequestOptions dress(RequestOptions request, MirroredRun run, String accept) {
        String requestId = "req_" + hex(8);
        request.putHeader(HttpHeaders.ACCEPT, accept)
                .putHeader("Accept-Encoding", "identity")
                .putHeader("X-Tenant-Id", run.run().tenantId())
                .putHeader("X-Principal-Id", run.principalId().orElse("stack:" + ownStackId))
                .putHeader("X-Request-Id", requestId)
                .putHeader("X-Correlation-Id", requestId)
                .putHeader("traceparent", "00-" + hex(16) + "-" + hex(8) + "-00");
        return request;
    }

    private static RequestOptions with(Optional<String> token, RequestOptions request) {
        token.ifPresent(value -> request.putHeader(HttpHeaders.AUTHORIZATION, value));
        return request;
    }

    /** To sign takes its time, which an event loop does not have. */
    private Future<Optional<String>> authorization(MirroredRun run) {
        if (run.peer().token() != Peer.Token.OWN) {
            return Future.succeededFuture(key(run).flatMap(tokens::newest));
        }
        String tenantId = run.run().tenantId();
        Optional<String> atHand = ownTokens.atHand(run.peer(), tenantId, run.principalId());
        return atHand.isPresent()
                ? Future.succeededFuture(atHand)
                : vertx.executeBlocking(
                        () -> Optional.of(ownTokens.authorization(run.peer(), tenantId, run.principalId())), false);
    }

    /** The peer did not take the request's token: it is not sent again. */
    void unauthorized(MirroredRun run, HttpClientRequest refused) {
        Optional.ofNullable(refused.headers().get(HttpHeaders.AUTHORIZATION))
                .ifPresent(token -> key(run).ifPresent(key -> tokens.drop(key, token)));
    }

    /** Whether another try has a token, or will never have one: only a caller's token is worth waiting for. */
    boolean hasToken(MirroredRun run) {
        return run.peer().token() != Peer.Token.CALLER
                || key(run).flatMap(tokens::newest).isPresent();
    }

    /** Calls back once when a token for the run comes; what is returned calls that off. */
    Runnable whenToken(MirroredRun run, Runnable wake) {
        return key(run).map(key -> tokens.whenOffered(key, wake)).orElse(() -> {});
    }

    private static Optional<CallerTokens.Key> key(MirroredRun run) {
        return run.principalId()
                .filter(principal -> run.peer().token() == Peer.Token.CALLER)
                .map(principal ->
                        new CallerTokens.Key(run.peer().stackId(), run.run().tenantId(), principal));
    }

    private String hex(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** Cuts all connections. */
    @Override
    public void close() {
        streams.close();
        statuses.close();
    }
}
