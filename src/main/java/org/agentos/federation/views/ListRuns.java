package org.agentos.federation.views;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/runs}: a page of the tenant's forwarded runs and the cursor of the next one. */
public final class ListRuns implements Processor {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final RunViews views;

    public ListRuns(RunViews views) {
        this.views = views;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        Map<String, String> query = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                .query();
        int limit = limit(query.get("limit"));
        Optional<String> after = Optional.ofNullable(query.get("cursor")).map(ListRuns::runOf);
        List<RunView> page = views.page(caller.tenantId().orElseThrow(), after, limit + 1);
        exchange.getMessage().setBody(answer(page, limit));
    }

    private static Map<String, Object> answer(List<RunView> page, int limit) {
        List<RunView> runs = page.subList(0, Math.min(limit, page.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("runs", runs);
        answer.put("next_cursor", page.size() > limit ? cursorOf(runs.get(limit - 1)) : null);
        return answer;
    }

    private static int limit(String text) {
        try {
            int limit = text == null ? DEFAULT_LIMIT : Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // answered below, as one that is out of bounds
        }
        String problem = "limit must be a whole number from 1 to " + MAX_LIMIT;
        throw new FederationException(ErrorCode.INVALID_REQUEST, problem).detail("problems", List.of(problem));
    }

    private static String cursorOf(RunView run) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(run.runId().getBytes(StandardCharsets.UTF_8));
    }

    private static String runOf(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new FederationException(ErrorCode.INVALID_CURSOR, "the cursor is not one that was given here");
        }
    }
}
