package org.agentos.federation.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.http.AnswerHeaders;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;

/**
 * {@code RateLimit} and {@code RateLimit-Policy} on every answer of a route that is limited: of the limits that stood before
 * the request; where it never came so far, of those that would have, and of a caller that is not known, of those that stand
 * before any.
 */
public final class LimitHeaders implements AnswerHeaders {
    private static final Map<String, List<LimitKind>> ROUTES = Map.of(
            "serve-forward", List.of(LimitKind.FORWARDS),
            "serve-ingest", List.of(LimitKind.EVENTS, LimitKind.BYTES),
            "serve-events", List.of(LimitKind.STREAMS));

    private final Limits limits;
    private final PeerRegistry registry;

    public LimitHeaders(Limits limits, PeerRegistry registry) {
        this.limits = limits;
        this.registry = registry;
    }

    @Override
    public Map<String, String> of(String routeId, Exchange exchange) {
        List<LimitKind> kinds = ROUTES.get(routeId);
        if (kinds == null) {
            return Map.of();
        }
        if (exchange == null) {
            return Items.headers(any(kinds));
        }
        Charge charge = exchange.getProperty(Charge.PROPERTY, Charge.class);
        if (charge != null) {
            return Items.headers(charge.limits());
        }
        List<LimitKind> asked = isPage(routeId, exchange) ? List.of(LimitKind.PAGES) : kinds;
        Optional<String> tenantId = Optional.ofNullable(exchange.getProperty(AdmitCaller.IDENTIFIED, Caller.class))
                .flatMap(Caller::tenantId);
        return Items.headers(
                tenantId.map(known -> before(asked, known, exchange)).orElseGet(() -> any(asked)));
    }

    private List<Applied> any(List<LimitKind> kinds) {
        return kinds.stream()
                .flatMap(kind -> limits.beforeUnknown(kind).stream())
                .toList();
    }

    private List<Applied> before(List<LimitKind> kinds, String tenantId, Exchange exchange) {
        List<Applied> all = new ArrayList<>();
        kinds.forEach(kind -> all.addAll(limits.before(kind, tenantId)));
        Optional.ofNullable(exchange.getProperty(Forward.PROPERTY, Forward.class))
                .flatMap(Forward::stackId)
                .flatMap(registry::find)
                .filter(Limits::concerns)
                .ifPresent(peer -> all.addAll(limits.at(peer, LimitKind.FORWARDS, tenantId)));
        return all;
    }

    private static boolean isPage(String routeId, Exchange exchange) {
        return routeId.equals("serve-events")
                && exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                        .header("Accept")
                        .filter(accept -> accept.contains("application/json"))
                        .isPresent();
    }
}
