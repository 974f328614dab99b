package org.agentos.federation.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.support.DefaultConsumer;

/** The consumer of one platform-http endpoint: in the route table while it is started, and the maker of its exchanges. */
final class HttpRouteConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {
    /** Served by a route that names no methods. */
    private static final Set<String> USUAL_METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final RouteTable table;
    private final HttpRoute route;
    private volatile String servedRouteId;

    HttpRouteConsumer(PlatformHttpEndpoint endpoint, Processor processor, RouteTable table) {
        super(endpoint, processor);
        this.table = table;
        this.route = describe(endpoint);
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        table.add(route);
    }

    @Override
    protected void doStop() throws Exception {
        table.remove(route);
        super.doStop();
    }

    /** The Camel route behind the endpoint; this consumer is an inner one, which Camel does not tell its route. */
    String servedRouteId() {
        if (servedRouteId == null) {
            servedRouteId = getEndpoint().getCamelContext().getRoutes().stream()
                    .filter(candidate -> candidate.getEndpoint() == getEndpoint())
                    .map(Route::getRouteId)
                    .findFirst()
                    .orElse(HttpObserver.NO_ROUTE);
        }
        return servedRouteId;
    }

    /**
     * Runs the route. {@code done} is called once, on any thread, and must lead to {@link #release}.
     *
     * @param values of the path parameters, in the order of the path
     * @param place that the route may give back before its answer
     */
    void process(InboundRequest request, List<String> values, byte[] body, WorkPlace place, Consumer<Exchange> done) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(InboundRequest.PROPERTY, request);
        exchange.setProperty(WorkPlace.PROPERTY, place);
        Message message = exchange.getIn();
        message.setBody(body);
        for (int i = 0; i < values.size(); i++) {
            message.setHeader(route.parameterNames().get(i), values.get(i));
        }
        try {
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            done.accept(exchange);
            return;
        }
        getAsyncProcessor().process(exchange, doneSync -> done.accept(exchange));
    }

    void release(Exchange exchange) {
        doneUoW(exchange);
        releaseExchange(exchange, false);
    }

    private HttpRoute describe(PlatformHttpEndpoint endpoint) {
        refuseWhatIsNotServed(endpoint);
        PathPattern pattern = PathPattern.of(endpoint.getPath(), endpoint.isMatchOnUriPrefix());
        return new HttpRoute(
                pattern,
                pattern.names(),
                methods(endpoint.getHttpMethodRestrict()),
                MediaRange.parseList(endpoint.getConsumes()),
                MediaRange.parseList(endpoint.getProduces()),
                this);
    }

    private static Set<String> methods(String restricted) {
        if (restricted == null || restricted.isBlank()) {
            return USUAL_METHODS;
        }
        Set<String> methods = new TreeSet<>();
        Arrays.stream(restricted.split(",", -1))
                .forEach(name -> methods.add(name.strip().toUpperCase(Locale.ROOT)));
        return methods;
    }

    /** An option that would silently do nothing is worse than none. */
    private static void refuseWhatIsNotServed(PlatformHttpEndpoint endpoint) {
        if (endpoint.isHttpProxy()
                || endpoint.isUseStreaming()
                || endpoint.isUseCookieHandler()
                || endpoint.isReturnHttpRequestHeaders()
                || endpoint.getRequestTimeout() > 0) {
            throw new IllegalArgumentException(endpoint.getEndpointUri()
                    + ": proxy, useStreaming, useCookieHandler, returnHttpRequestHeaders and requestTimeout"
                    + " are not served by this engine");
        }
    }
}
