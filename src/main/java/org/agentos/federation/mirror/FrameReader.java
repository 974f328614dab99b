package org.agentos.federation.mirror;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.mirror.EnvelopeReader.Reading;
import org.agentos.federation.sse.EventParser;
import org.agentos.federation.sse.EventStreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the events of a run out of the bytes of one stream; what is no event of it is counted and skipped. */
final class FrameReader implements EventParser.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);

    /** What one event may hold of the memory, well above the largest that is stored. */
    private static final int MAX_LINE_BYTES = 1024 * 1024;

    /** What of one event may go beyond that: it is passed over, for the run goes on after it. An endless one is cut. */
    private static final int TOLERATED_BYTES = 16 * 1024 * 1024;

    private static final String GAP_FRAME = "agentos.gap";

    /** Frames of other gateways that are about the stream, not about the run. */
    private static final Set<String> CONTROL_FRAMES = Set.of(StreamEnd.FRAME, GAP_FRAME, "agentos.error");

    private final RunKey run;
    private final MirrorTools tools;
    private final Consumer<IncomingEvent> events;
    private final EventParser parser;
    private StreamEnd end = StreamEnd.UNTOLD;
    private boolean gapTold;

    /** @param lastEventId that the stream was asked to go on from; "" for none */
    FrameReader(RunKey run, MirrorTools tools, String lastEventId, Consumer<IncomingEvent> events) {
        this.parser = new EventParser(MAX_LINE_BYTES, MAX_LINE_BYTES, TOLERATED_BYTES, lastEventId, this);
        this.run = run;
        this.tools = tools;
        this.events = events;
    }

    /** Reads on; gives the outcome of a stream that cannot be read any further. */
    Optional<Outcome> read(byte[] chunk) {
        try {
            parser.feed(chunk);
            return Optional.empty();
        } catch (EventStreamException tooLong) {
            String error = tooLong.limit() == EventStreamException.Limit.LINE ? "line_too_long" : "event_too_long";
            return Optional.of(Outcome.failed(Outcome.Kind.REFUSED, error));
        } catch (RuntimeException bug) {
            LOG.error("Frame not read run_id={}", run.runId(), bug);
            return Optional.of(Outcome.failed(Outcome.Kind.NOT_STORED, "internal_error"));
        }
    }

    /** The newest id of the stream: every event before it has been handed on. */
    String lastEventId() {
        return parser.lastEventId();
    }

    /** What the stream has said of its end. */
    StreamEnd end() {
        return end;
    }

    /** Whether the stream said that it has nothing between the event before and the one being handed on. */
    boolean gapTold() {
        return gapTold;
    }

    @Override
    public void overlong() {
        tools.meters().skipped(EnvelopeReader.Reason.TOO_LARGE);
    }

    @Override
    public void event(String type, byte[] data, String lastEventId) {
        if (CONTROL_FRAMES.contains(type)) {
            end = type.equals(StreamEnd.FRAME) ? StreamEnd.read(data) : end;
            gapTold |= type.equals(GAP_FRAME);
            return;
        }
        Reading reading = tools.ports().reader().read(run, data);
        if (reading instanceof Reading.Usable usable) {
            events.accept(usable.event());
            gapTold = false;
        } else if (reading instanceof Reading.Skipped skipped) {
            tools.meters().skipped(skipped.reason());
        }
    }
}
