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
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
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
    private final Function<Peer, String> ownAuthorization;
    private final InstantSource clock;
    private final Map<String, Heard> answers = new ConcurrentHashMap<>();
    private final Set<Peer> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private long timer = -1;

    /** What a peer said and when. */
    public record Answer(Capabilities capabilities, Instant at) {}

    /** An answer and where it came from. */
    private record Heard(Answer answer, URI base) {}

    /** Why a peer's last answer is not its last word. */
    public record Failure(String cause, Instant at) {}

    /**
     * @param http with the client certificate of all calls to peers, verifying host names
     * @param ownAuthorization the Authorization header of this gateway, for a peer that takes its own token; may take
     *     its time
     */
    public PeerCapabilities(
            PeerRegistry registry,
            Vertx vertx,
            HttpClient http,
            Function<Peer, String> ownAuthorization,
            InstantSource clock) {
        this.registry = registry;
        this.vertx = vertx;
        this.http = http;
        this.ownAuthorization = ownAuthorization;
        this.clock = clock;
    }

    /** Begins to ask, now and from time to time. */
    public synchronized void start() {
        askAll();
        timer = vertx.setPeriodic(ASK_EVERY.toMillis(), tick -> askAll());
    }

    /**
     * Forgets what peers said that are gone or stand under another address, and asks those that are new or have changed.
     */
    public void follow(PeerChange change) {
        answers.entrySet().removeIf(said -> !isAt(said.getKey(), said.getValue().base));
        failures.keySet().removeIf(change::concerns);
        registry.peers().stream()
                .filter(peer -> change.concerns(peer.stackId()))
                .forEach(this::ask);
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
        return Optional.ofNullable(answers.get(stackId)).map(Heard::answer);
    }

    /** Whether it can be asked, but did not answer the last time. */
    public boolean isSilent(Peer peer) {
        return peer.federationBaseUrl().isPresent()
                && (failures.containsKey(peer.stackId()) || !answers.containsKey(peer.stackId()));
    }

    /** Why the peer did not answer when it was last asked; empty when it did. */
    public Optional<Failure> failure(String stackId) {
        return Optional.ofNullable(failures.get(stackId));
    }

    private void askAll() {
        registry.peers().forEach(this::ask);
    }

    private void ask(Peer peer) {
        peer.federationBaseUrl().ifPresent(base -> ask(peer, base));
    }

    /** One question at a time for each peer, or those to a slow one would pile up. */
    private void ask(Peer peer, URI base) {
        if (!asked.add(peer)) {
            return;
        }
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(base + PATH)
                .setFollowRedirects(false)
                .setConnectTimeout(MAX_WAIT.toMillis())
                .setIdleTimeout(MAX_WAIT.toMillis())
                .putHeader("Accept", "application/json");
        authorized(request, peer)
                .compose(http::request)
                .compose(PeerCapabilities::answer)
                .map(PeerCapabilities::parsed)
                .onSuccess(capabilities -> answered(peer.stackId(), base, capabilities))
                .onFailure(failure -> stayedSilent(peer.stackId(), base, failure))
                .onComplete(done -> asked.remove(peer));
    }

    /** No caller stands behind this question, so no caller's token goes with it. */
    private Future<RequestOptions> authorized(RequestOptions request, Peer peer) {
        return peer.token() == Peer.Token.OWN
                ? vertx.executeBlocking(() -> request.putHeader("Authorization", ownAuthorization.apply(peer)), false)
                : Future.succeededFuture(request);
    }

    private void answered(String stackId, URI base, Capabilities capabilities) {
        if (isAt(stackId, base)) {
            answers.put(stackId, new Heard(new Answer(capabilities, clock.instant()), base));
            failures.remove(stackId);
        }
    }

    private void stayedSilent(String stackId, URI base, Throwable failure) {
        if (isAt(stackId, base)) {
            failures.put(stackId, new Failure(cause(failure), clock.instant()));
            LOG.info("peer capabilities unknown peer={} cause={}", stackId, failure.toString());
        }
    }

    /** An answer of before a reload must not stand for a peer that is gone or is to be asked elsewhere. */
    private boolean isAt(String stackId, URI base) {
        return registry.find(stackId)
                .flatMap(Peer::federationBaseUrl)
                .filter(base::equals)
                .isPresent();
    }

    /** Our own words; what a library says may hold addresses. */
    private static String cause(Throwable failure) {
        if (failure instanceof Unfit unfit) {
            return unfit.getMessage();
        }
        return failure instanceof TimeoutException ? "no answer in time" : "not reached";
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
                        : Future.failedFuture(new Unfit("status " + response.statusCode(), null)));
    }

    private static Capabilities parsed(Buffer answer) {
        try {
            return Capabilities.parse(answer.getBytes());
        } catch (IOException e) {
            throw new Unfit("its answer cannot be read", e);
        }
    }

    /** The peer answered, but not with what it can do. */
    private static final class Unfit extends RuntimeException {
        Unfit(String what, Throwable cause) {
            super(what, cause, false, false);
        }
    }
}
