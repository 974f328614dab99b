package org.agentos.federation.stream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;

/**
 * What a reader of one run's events asks for. Parameters and their precedence are the contract's.
 *
 * @param follow false: what is kept now, then close
 * @param continueOnGap false: a position that cannot be served is refused, true: told by a gap, then from the earliest
 * @param limit events in one page
 * @param patience how long a page waits for its first event
 */
public record StreamRequest(
        Form form, Start start, boolean follow, TypeFilter types, boolean continueOnGap, int limit, Duration patience) {
    /** Whether one page is asked for, not a stream. */
    public boolean isPage() {
        return form == Form.JSON_PAGE;
    }

    private static final int MAX_LIMIT = 1000;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_WAIT_MS = 30_000;

    /** Parameters of which one value counts: of two, a client could not know which. */
    private static final Set<String> PARAMETERS = Set.of(
            "after_sequence",
            "cursor",
            "errors",
            "follow",
            "from",
            "from_sequence",
            "limit",
            "on_gap",
            "types",
            "wait_ms");

    /** Types in one filter: each costs a comparison per event. */
    private static final int MAX_TYPES = 64;

    /**
     * Reads query and headers.
     *
     * @throws FederationException {@code invalid_request} with all problems, or {@code not_acceptable}
     */
    public static StreamRequest parse(InboundRequest request) {
        QueryReader query = new QueryReader(request.query());
        query.once(PARAMETERS, request.repeatedParameters());
        boolean closes = query.choice("follow", "true", "false");
        boolean continues = query.choice("on_gap", "fail", "continue");
        query.only("errors", "stream");
        Start start = start(request.header("Last-Event-ID"), query);
        TypeFilter types = query.text("types").map(list -> types(list, query)).orElse(TypeFilter.ALL);
        int limit = query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        int wait = query.integer("wait_ms", 0, MAX_WAIT_MS, 0);
        query.refuseProblems();
        Form form = Form.accepted(request.header("Accept"));
        return new StreamRequest(form, start, !closes, types, continues, limit, Duration.ofMillis(wait));
    }

    /** The first place that is named; a browser repeats its first URL at every reconnect, so its header is the newer. */
    private static Start start(Optional<String> lastEventId, QueryReader query) {
        OptionalLong from = query.sequence("from_sequence");
        OptionalLong after = query.sequence("after_sequence");
        boolean latest = query.only("from", "latest");
        Optional<String> cursor = lastEventId.filter(id -> !id.isEmpty()).or(() -> query.text("cursor"));
        if (cursor.isPresent()) {
            return new Start.AfterCursor(cursor.get());
        }
        if (from.isPresent() || after.isPresent()) {
            return new Start.AfterSequence(from.isPresent() ? from.getAsLong() : after.getAsLong());
        }
        return latest ? new Start.Latest() : new Start.Earliest();
    }

    private static TypeFilter types(String list, QueryReader query) {
        List<String> names = List.of(list.split(",", -1));
        if (names.size() > MAX_TYPES) {
            query.problem("types must be at most " + MAX_TYPES);
        }
        for (String name : names) {
            if (!name.matches("[^*\\p{Cntrl}]+(\\.\\*)?")) {
                query.problem("types must be event types, or prefixes such as agentos.run.*, separated by commas");
                break;
            }
        }
        return TypeFilter.of(names);
    }
}
