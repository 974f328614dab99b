package org.agentos.federation.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.tls.LiveTls;

/**
 * Takes a request from its head to its route: refuses what cannot be served before anything is read or run, receives
 * the body, and hands both to a lane. Runs on the event loops.
 */
final class RequestDispatcher implements BiConsumer<ClientConnection, HttpServerRequest> {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final RouteTable table;
    private final HttpDesk desk;
    private final WorkLane work;
    private final WorkLane healthWork;
    private final HealthPaths health;
    private final Optional<LiveTls> tls;
    private final int maxBodyBytes;
    private final BodyBudget budget;
    private final RandomGenerator random;
    private final BooleanSupplier routesStarted;

    /**
     * @param healthWork runs the routes of {@link HealthPaths#underLoad}
     * @param tls by which clients are trusted; absent: without TLS
     * @param routesStarted false while Camel starts or stops its routes
     */
    RequestDispatcher(
            RouteTable table,
            HttpDesk desk,
            WorkLane work,
            WorkLane healthWork,
            HealthPaths health,
            Optional<LiveTls> tls,
            int maxBodyBytes,
            RandomGenerator random,
            BooleanSupplier routesStarted) {
        this.table = table;
        this.desk = desk;
        this.work = work;
        this.healthWork = healthWork;
        this.health = health;
        this.tls = tls;
        this.maxBodyBytes = maxBodyBytes;
        this.budget = BodyBudget.forBodiesUpTo(maxBodyBytes);
        this.random = random;
        this.routesStarted = routesStarted;
    }

    @Override
    public void accept(ClientConnection connection, HttpServerRequest request) {
        Context loop = Vertx.currentContext();
        HttpCall call = new HttpCall(connection, request, RequestIds.of(request.headers(), random), loop, desk);
        call.begin();
        refusing(call, () -> dispatch(call));
    }

    /** Turns what a step on the event loop throws into the call's answer. */
    private static void refusing(HttpCall call, Runnable step) {
        try {
            step.run();
        } catch (FederationException refusal) {
            call.refuse(refusal);
        } catch (RuntimeException e) {
            call.send(call.fail(e), () -> {});
        }
    }

    private void dispatch(HttpCall call) {
        HttpServerRequest request = call.request();
        refuseMalformed(call);
        refuseUntrusted(call);
        desk.cors().refuseForeign(request.method().name(), request.headers());
        RouteTable.Found found = table.find(request.path()).orElseThrow(this::unknownPath);
        if (desk.cors().isPreflight(request.method().name(), request.headers())) {
            call.send(desk.cors().permit(request.headers(), found.routes().allowed()), () -> {});
            return;
        }
        call.foundPath(found.routes().servedRouteId());
        HttpRoute route = found.routes()
                .choose(
                        request.method().name(),
                        call.body().present() ? request.getHeader(HttpHeaders.CONTENT_TYPE) : null,
                        request.getHeader(HttpHeaders.ACCEPT));
        call.foundRoute(route.consumer().servedRouteId());
        refuseOutOfService(route);
        WorkLane lane = serves(health.underLoad(), route) ? healthWork : work;
        lane.refuseIfFull();
        InboundRequest inbound = inbound(call);
        boolean gzip = gzip(request) && call.body().present();
        RequestBody body = new RequestBody(maxBodyBytes, budget);
        RouteRun run = new RouteRun(call, route.consumer(), inbound, found.values(), body, gzip, lane, desk.encoder());
        if (call.body().present()) {
            receive(call, body, () -> start(run, lane, call));
        } else {
            start(run, lane, call);
        }
    }

    private static void start(RouteRun run, WorkLane lane, HttpCall call) {
        lane.enter();
        call.working();
        try {
            lane.execute(run);
        } catch (RejectedExecutionException e) {
            lane.leave();
            throw unavailable("The gateway is stopping.");
        }
    }

    private void receive(HttpCall call, RequestBody body, Runnable then) {
        if (call.body().bytes() > maxBodyBytes) {
            throw RequestBody.tooLarge(maxBodyBytes);
        }
        body.expect(call.body().bytes());
        call.receiving(body);
        HttpServerRequest request = call.request();
        request.handler(chunk -> {
            if (!call.answered()) {
                refusing(call, () -> body.append(chunk));
            }
        });
        request.endHandler(end -> {
            if (!call.answered()) {
                refusing(call, then);
            }
        });
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
    }

    private InboundRequest inbound(HttpCall call) {
        HttpServerRequest request = call.request();
        QueryParameters query = QueryParameters.parse(request.query());
        return new InboundRequest(
                request.method().name(),
                request.path(),
                query.first(),
                query.repeated(),
                withoutReserved(request.headers()),
                call.ids().requestId(),
                call.ids().correlationId(),
                call.connection().certificates(),
                Optional.ofNullable(request.remoteAddress()).map(SocketAddress::hostAddress));
    }

    /** A client must not speak as the part that verified a token, nor steer Camel. */
    private static MultiMap withoutReserved(MultiMap headers) {
        List<String> reserved = null; // hardly ever any: no list is made for the others
        for (Map.Entry<String, String> header : headers) {
            if (startsWith(header.getKey(), "X-JWT-") || startsWith(header.getKey(), "Camel")) {
                reserved = reserved == null ? new ArrayList<>() : reserved;
                reserved.add(header.getKey());
            }
        }
        if (reserved != null) {
            reserved.forEach(headers::remove);
        }
        return headers;
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static boolean gzip(HttpServerRequest request) {
        String encoding = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_ENCODING))
                .orElse("identity")
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "identity", "" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new FederationException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The only Content-Encoding taken is gzip.");
        };
    }

    private static void refuseMalformed(HttpCall call) {
        Throwable cause = call.request().decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw new FederationException(ErrorCode.URI_TOO_LONG, "The request line is too long.")
                    .detail("limit_bytes", HttpListener.MAX_REQUEST_LINE_BYTES);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            throw new FederationException(ErrorCode.HEADERS_TOO_LARGE, "The request headers are too large.")
                    .detail("limit_bytes", HttpListener.MAX_HEADER_BYTES);
        }
        if (call.malformed()) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "This is not an HTTP/1.1 request.");
        }
    }

    /** What the handshake took may be over by now, or of a CA that is trusted no more; connections outlive both. */
    private void refuseUntrusted(HttpCall call) {
        if (tls.isPresent() && !call.connection().isTrusted(tls.get())) {
            call.closeAfterwards();
            throw new FederationException(ErrorCode.FORBIDDEN, "The client certificate is not trusted any more.")
                    .detail("reason", "certificate_not_trusted");
        }
    }

    private FederationException unknownPath() {
        return routesStarted.getAsBoolean()
                ? new FederationException(ErrorCode.NOT_FOUND, "There is nothing at this path.")
                : unavailable("The gateway is starting or stopping.");
    }

    private void refuseOutOfService(HttpRoute route) {
        boolean inService = routesStarted.getAsBoolean() && !desk.calls().draining();
        if (!inService && !serves(health.whileDraining(), route)) {
            throw unavailable("The gateway is starting or stopping.");
        }
        if (!route.consumer().isStarted()) {
            throw unavailable("This path is not served at the moment.");
        }
    }

    private static boolean serves(Set<String> paths, HttpRoute route) {
        return !paths.isEmpty() && paths.contains(route.pattern().toString());
    }

    private static FederationException unavailable(String message) {
        return new FederationException(ErrorCode.UNAVAILABLE, message).retryAfter(RETRY_AFTER);
    }
}
