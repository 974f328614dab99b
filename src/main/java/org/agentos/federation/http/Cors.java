package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.CorsSettings;

/**
 * Pages in browsers: which may call, and what their browsers are told about it (the CORS protocol of the Fetch standard).
 * There is no mode with credentials: the gateway knows no cookies, and a token is sent by the page that holds it.
 *
 * <p>A browser sends some requests before it asks, a form's POST say, and client certificates with all of them. So what
 * may change something is refused unless its page is the gateway's own or allowed; programs send no Origin.
 */
final class Cors {
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final String REQUEST_HEADERS = "Authorization, Content-Type, Last-Event-ID, Idempotency-Key,"
            + " X-Tenant-Id, X-Principal-Id, X-Request-Id, X-Correlation-Id, traceparent";
    private static final int NO_CONTENT = 204;

    private final CorsSettings settings;
    private final OwnOrigin own;

    Cors(CorsSettings settings, OwnOrigin own) {
        this.settings = settings;
        this.own = own;
    }

    /** Whether a browser asks if it may send a request; where no page may, the path decides like for any other method. */
    boolean isPreflight(String method, MultiMap headers) {
        return settings.on()
                && method.equals("OPTIONS")
                && headers.contains(HttpHeaders.ORIGIN)
                && headers.contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /**
     * The answer to a preflight.
     *
     * @param methods that the path serves
     * @throws FederationException {@code forbidden}
     */
    Answer permit(MultiMap request, String methods) {
        if (!OwnOrigin.ofPage(request).map(settings::allows).orElse(false)) {
            throw refusal("Pages of this origin may not call.");
        }
        MultiMap headers = HttpHeaders.headers()
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                .set(
                        HttpHeaders.ACCESS_CONTROL_MAX_AGE,
                        Long.toString(settings.maxAge().toSeconds()));
        return new Answer(NO_CONTENT, headers, new Answer.Whole(Buffer.buffer()));
    }

    /** @throws FederationException {@code forbidden} for what may change something and comes from a foreign page */
    void refuseForeign(String method, MultiMap headers) {
        boolean foreign = !SAFE_METHODS.contains(method)
                && OwnOrigin.ofPage(headers)
                        .filter(origin -> !settings.allows(origin) && !own.isForSure(origin, headers))
                        .isPresent();
        if (foreign) {
            throw refusal("Pages of this origin may not change anything.");
        }
    }

    /** Adds to an answer what lets the page read it. Every answer then depends on the Origin, also one without. */
    void mark(MultiMap request, MultiMap answer) {
        if (!settings.on()) {
            return;
        }
        Optional<String> allowed = OwnOrigin.ofPage(request).filter(settings::allows);
        if (allowed.isPresent()) {
            answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", answer.names()));
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, settings.any() ? "*" : allowed.get());
        }
        String vary = answer.get(HttpHeaders.VARY);
        answer.set(HttpHeaders.VARY, vary == null ? "Origin" : vary + ", Origin");
    }

    private static FederationException refusal(String message) {
        return new FederationException(ErrorCode.FORBIDDEN, message).detail("reason", "origin");
    }
}
