package org.agentos.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys behind a JWKS URL, fetched in the background and kept for as long as they may be trusted. A token with an unknown
 * key id makes the keys be fetched again, so that a rotation needs no restart; how often, and how many requests wait for
 * it, is limited, because anybody can make such tokens.
 */
final class RemoteKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    static final Duration FRESH_FOR = Duration.ofMinutes(5);
    /** An issuer that is down must not shut everybody out at once; a revoked key must not live for ever. */
    static final Duration TRUSTED_FOR = Duration.ofHours(1);

    static final int FETCHES_PER_MINUTE = 6;
    /** Callers with unknown keys may hold no more worker threads than this. */
    private static final int MAX_WAITING = 4;

    private static final Duration MAX_WAIT = Duration.ofSeconds(3);
    private static final int MAX_BYTES = 1 << 18;

    private final URI url;
    private final Supplier<HttpClient> http;
    private final InstantSource clock;
    private final Semaphore waiting;
    private final FetchBudget budget;
    private volatile Fetched current = new Fetched(List.of(), Instant.EPOCH);
    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);

    private record Fetched(List<VerificationKey> keys, Instant at) {
        /** Also where they are of a later time: a clock that was ahead would keep them for ever. */
        boolean olderThan(Duration age, Instant now) {
            return Duration.between(at, now).abs().compareTo(age) > 0;
        }
    }

    /**
     * @param http asked for each fetch, so that it may follow changes of certificates
     * @param waiting places for requests that wait; other sources may share them
     */
    RemoteKeys(URI url, Supplier<HttpClient> http, InstantSource clock, Semaphore waiting) {
        this.url = url;
        this.http = http;
        this.clock = clock;
        this.waiting = waiting;
        this.budget = new FetchBudget(FETCHES_PER_MINUTE, Duration.ofMinutes(1), clock);
    }

    /** As many places as one source may have for itself. */
    static Semaphore places() {
        return new Semaphore(MAX_WAITING);
    }

    /** Begins to fetch; {@link #find} waits for it. */
    RemoteKeys start() {
        fetch();
        return this;
    }

    @Override
    public List<VerificationKey> find(Optional<String> keyId, JWSAlgorithm algorithm) {
        List<VerificationKey> known = trusted(keyId, algorithm);
        if (known.isEmpty()) {
            fetch().ifPresent(this::await);
            requireKeys();
            return trusted(keyId, algorithm);
        }
        if (current.olderThan(FRESH_FOR, clock.instant())) {
            fetch();
        }
        return known;
    }

    private List<VerificationKey> trusted(Optional<String> keyId, JWSAlgorithm algorithm) {
        Fetched fetched = current;
        return fetched.olderThan(TRUSTED_FOR, clock.instant())
                ? List.of()
                : fetched.keys().stream()
                        .filter(key -> key.answersTo(keyId, algorithm))
                        .toList();
    }

    private void requireKeys() {
        if (current.olderThan(TRUSTED_FOR, clock.instant())) {
            throw unavailable();
        }
    }

    /** The fetch under way, or a new one; empty when there were too many lately. */
    private synchronized Optional<CompletableFuture<Void>> fetch() {
        if (!fetching.isDone()) {
            return Optional.of(fetching);
        }
        if (!budget.take()) {
            return Optional.empty();
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(MAX_WAIT)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> call =
                http.get().sendAsync(request, answer -> new BoundedBody(MAX_BYTES));
        fetching = call.copy()
                .orTimeout(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> call.cancel(true)) // or an answer that drips would drip for ever
                .thenAccept(this::accept)
                .exceptionally(this::keepOld);
        return Optional.of(fetching);
    }

    private void accept(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new UncheckedIOException(new IOException("status " + answer.statusCode()));
        }
        current = new Fetched(Jwks.read(new String(answer.body(), StandardCharsets.UTF_8)), clock.instant());
    }

    private Void keepOld(Throwable failure) {
        LOG.warn("token keys not fetched url={} cause={}", url, failure.toString());
        return null;
    }

    private void await(CompletableFuture<Void> fetch) {
        if (!waiting.tryAcquire()) {
            throw unavailable();
        }
        try {
            fetch.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable();
        } finally {
            waiting.release();
        }
    }

    private static FederationException unavailable() {
        return new FederationException(ErrorCode.UNAVAILABLE, "the keys for tokens cannot be had at the moment")
                .retryAfter(Duration.ofSeconds(1));
    }
}
