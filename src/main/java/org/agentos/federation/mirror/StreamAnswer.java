package org.agentos.federation.mirror;

import io.vertx.core.http.HttpClientResponse;
import java.util.Locale;
import java.util.Optional;

/** Whether a peer's answer to a request for an event stream is one. */
final class StreamAnswer {
    private StreamAnswer() {}

    /** What makes the answer no event stream that can be read; empty when it is one. */
    static Optional<Outcome> refusal(HttpClientResponse answer) {
        int status = answer.statusCode();
        if (status == 200) {
            return unreadable(answer).map(error -> Outcome.failed(Outcome.Kind.REFUSED, error));
        }
        if (status == 204) {
            return Optional.of(Outcome.failed(Outcome.Kind.ENDED, ""));
        }
        return Optional.of(Outcome.failed(kind(status), "http_" + status));
    }

    private static Outcome.Kind kind(int status) {
        if (status == 401) {
            return Outcome.Kind.UNAUTHORIZED;
        }
        if (status == 429) {
            return Outcome.Kind.BUSY;
        }
        return status >= 500 ? Outcome.Kind.UNREACHABLE : Outcome.Kind.REFUSED;
    }

    private static Optional<String> unreadable(HttpClientResponse answer) {
        String type = Optional.ofNullable(answer.getHeader("Content-Type")).orElse("");
        if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("text/event-stream")) {
            return Optional.of("not_an_event_stream");
        }
        String encoding =
                Optional.ofNullable(answer.getHeader("Content-Encoding")).orElse("identity");
        return encoding.equalsIgnoreCase("identity") ? Optional.empty() : Optional.of("compressed");
    }
}
