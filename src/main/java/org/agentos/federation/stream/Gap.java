package org.agentos.federation.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Locale;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunCursors;

/**
 * Events a reader does not get, as {@code agentos.gap} tells it.
 *
 * @param requested where the reader stood: the cursor, or the sequence number it asked with
 * @param earliest the cursor from which events go on
 * @param missing first and last sequence that is not there; null when only unsequenced events, or nobody knows which
 */
@JsonPropertyOrder({"reason", "requested", "earliest", "missing"})
record Gap(
        @JsonProperty("reason") String reason,
        @JsonProperty("requested") Object requested,
        @JsonProperty("earliest") String earliest,

        @JsonProperty("missing") @JsonInclude(JsonInclude.Include.NON_NULL)
        List<Long> missing) {

    enum Reason {
        /** What followed the reader's position has been deleted. */
        RETENTION,
        /** The producer's sequence numbers jump: the events between never reached this gateway. */
        SEQUENCE,
        /** The reader's position is not in this log: beyond its end, or of a log that was replaced. */
        AHEAD;

        private String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The reader stands where events are gone that once followed. */
    static Gap retention(Object requested, Position after, Cursor earliest, RunCursors cursors) {
        return new Gap(
                Reason.RETENTION.wireName(),
                requested,
                cursors.encode(earliest),
                between(after.sequence(), earliest.position().sequence()));
    }

    static Gap ahead(Object requested, Cursor earliest, RunCursors cursors) {
        return new Gap(Reason.AHEAD.wireName(), requested, cursors.encode(earliest), null);
    }

    /** Between the sequence a reader asked with and the log's first one. */
    static Gap unstored(long asked, Cursor at, long firstSequence, RunCursors cursors) {
        return new Gap(Reason.SEQUENCE.wireName(), asked, cursors.encode(at), between(asked, firstSequence - 1));
    }

    /** Between two stored events. */
    static Gap sequence(Cursor before, long nextSequence, RunCursors cursors) {
        String here = cursors.encode(before);
        return new Gap(
                Reason.SEQUENCE.wireName(),
                here,
                here,
                between(before.position().sequence(), nextSequence - 1));
    }

    /** What follows a sequence, up to another. */
    private static List<Long> between(long sequence, long last) {
        return last > sequence ? List.of(sequence + 1, last) : null;
    }
}
