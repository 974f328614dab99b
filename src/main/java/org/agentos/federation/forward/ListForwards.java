package org.agentos.federation.forward;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.UnknownForward;
import org.agentos.federation.http.InboundRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/forwards}: a page of the forwards of unknown outcome, of all tenants, oldest first. */
public final class ListForwards implements Processor {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final ForwardStore store;
    private final InstantSource clock;

    public ListForwards(ForwardStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Map<String, String> query = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                .query();
        int limit = limit(query);
        UnknownForward.Place after = Optional.ofNullable(query.get("cursor"))
                .map(ListForwards::placeOf)
                .orElse(UnknownForward.Place.FIRST);
        List<UnknownForward> page = store.keys().unknown(after, wanted(query), clock.instant(), limit + 1);
        exchange.getMessage().setBody(answer(page, limit));
    }

    private static Map<String, Object> answer(List<UnknownForward> page, int limit) {
        List<UnknownForward> forwards = page.subList(0, Math.min(limit, page.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("forwards", forwards.stream().map(UnknownForward::view).toList());
        answer.put("next_cursor", page.size() > limit ? cursorOf(forwards.get(limit - 1)) : null);
        return answer;
    }

    private static Predicate<UnknownForward> wanted(Map<String, String> query) {
        Optional<String> tenantId = Optional.ofNullable(query.get("tenant_id"));
        Optional<String> stackId = Optional.ofNullable(query.get("stack_id"));
        return forward -> tenantId.map(forward.intent().tenantId()::equals).orElse(true)
                && stackId.map(forward.intent().stackId()::equals).orElse(true);
    }

    private static int limit(Map<String, String> query) {
        Problems problems = new Problems();
        if (!query.getOrDefault("state", "unknown").equals("unknown")) {
            problems.add("state must be unknown: no other forwards are listed");
        }
        String limit = query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT));
        if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MAX_LIMIT) {
            problems.add("limit must be a whole number from 1 to " + MAX_LIMIT);
        }
        problems.throwIfAny();
        return Integer.parseInt(limit);
    }

    private static String cursorOf(UnknownForward forward) {
        String place = forward.place().at() + " " + forward.place().scope();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.US_ASCII));
    }

    private static UnknownForward.Place placeOf(String cursor) {
        try {
            String[] place = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
            return new UnknownForward.Place(Instant.parse(place[0]), Digest128.parse(place[place.length - 1]));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new FederationException(ErrorCode.INVALID_CURSOR, "the cursor is not one that was given here");
        }
    }
}
