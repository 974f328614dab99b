package org.agentos.federation.peer;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each peer can do, asked in the background and remembered: a request looks it up and never waits for it. A peer
 * that stops answering keeps what it said last, with its age.
 */
public final class PeerCapabilities implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCapabilities.class);
    private static final String PATH = "/v1/federation/peer/capabilities";

    static final Duration ASK_EVERY = Duration.ofSeconds(60);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    /** A hostile peer must not fill the memory with its answer. */
    static final int MAX_BYTES = 1 << 18;

    private final PeerRegistry registry;
    private final Vertx vertx;
    private final HttpClient http;
    private final InstantSource clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<String> answering = ConcurrentHashMap.newKeySet();
    private long timer = -1;

    /** What a peer said and when. */
    public record Answer(Capabilities capabilities, Instant at) {}

    /** @param http with the client certificate of all calls to peers, verifying host names */
    public PeerCapabilities(PeerRegistry registry, Vertx vertx, HttpClient http, InstantSource clock) {
        this.registry = registry;
        this.vertx = vertx;
        this.http = http;
        this.clock = clock;
    }

    /** Begins to ask, now and from time to time. */
    public synchronized void start() {
        askAll();
        timer = vertx.setPeriodic(ASK_EVERY.toMillis(), tick -> askAll());
    }

    @Override
    public synchronized void close() {
        vertx.cancelTimer(timer);
    }

    /** What the peer can do as far as is known. */
    public Capabilities of(String stackId) {
        return answer(stackId).map(Answer::capabilities).orElse(Capabilities.ASSUMED);
    }

    /** The peer's last answer; empty when it cannot be asked or has not answered yet. */
    public Optional<Answer> answer(String stackId) {
        return Optional.ofNullable(answers.get(stackId));
    }

    /** Whether it can be asked, but did not answer the last time. */
    public boolean isSilent(Peer peer) {
        return peer.federationBaseUrl().isPresent() && !answering.contains(peer.stackId());
    }

    private void askAll() {
        for (Peer peer : registry.peers()) {
            peer.federationBaseUrl().ifPresent(base -> ask(peer.stackId(), URI.create(base + PATH)));
        }
    }

    /** One question at a time for each peer, or those to a slow one would pile up. */
    private void ask(String stackId, URI url) {
        if (!asked.add(stackId)) {
            return;
        }
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .setConnectTimeout(MAX_WAIT.toMillis())
                .setIdleTimeout(MAX_WAIT.toMillis())
                .putHeader("Accept", "application/json");
        http.request(request)
                .compose(PeerCapabilities::answer)
                .map(PeerCapabilities::parsed)
                .onSuccess(capabilities -> answered(stackId, capabilities))
                .onFailure(failure -> stayedSilent(stackId, failure))
                .onComplete(done -> asked.remove(stackId));
    }

    private void answered(String stackId, Capabilities capabilities) {
        answers.put(stackId, new Answer(capabilities, clock.instant()));
        answering.add(stackId);
    }

    private void stayedSilent(String stackId, Throwable failure) {
        answering.remove(stackId);
        LOG.info("peer capabilities unknown peer={} cause={}", stackId, failure.toString());
    }

    /** Cut off after a while: an answer that drips would else hold its connection for ever. */
    private static Future<Buffer> answer(HttpClientRequest call) {
        return call.send()
                .compose(PeerCapabilities::body)
                .timeout(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> call.reset());
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        return BoundedAnswer.read(response, MAX_BYTES)
                .compose(body -> response.statusCode() == 200
                        ? Future.succeededFuture(body)
                        : Future.failedFuture(new IOException("status " + response.statusCode())));
    }

    private static Capabilities parsed(Buffer answer) {
        try {
            return Capabilities.parse(answer.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
