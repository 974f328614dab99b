package org.agentos.federation.mirror;

import java.io.IOException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.ingest.ReadEvent;

/** Reads the data of a frame by the rules for pushed events, and lets through what belongs to the run asked for. */
public final class JsonEnvelopeReader implements EnvelopeReader {
    private final EventReader events;
    private final int maxEventBytes;

    /**
     * Makes a reader.
     *
     * @param maxEventBytes a larger frame is skipped
     */
    public JsonEnvelopeReader(int maxEventBytes) {
        this.events = new EventReader(maxEventBytes);
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public Reading read(RunKey run, byte[] data) {
        if (data.length > maxEventBytes) {
            return new Reading.Skipped(Reason.TOO_LARGE);
        }
        try {
            return judge(run, events.readOne(data));
        } catch (IOException e) {
            return new Reading.Skipped(Reason.NOT_AN_EVENT);
        }
    }

    private static Reading judge(RunKey run, ReadEvent event) {
        if (event.problem() != null) {
            return new Reading.Skipped(Reason.NOT_AN_EVENT);
        }
        if (event.tenantId() != null && !event.tenantId().equals(run.tenantId())) {
            return new Reading.Skipped(Reason.OTHER_TENANT);
        }
        if (!event.runId().equals(run.runId())) {
            return new Reading.Skipped(Reason.OTHER_RUN);
        }
        return new Reading.Usable(
                new IncomingEvent(run, event.eventId(), event.sequence(), event.type(), event.envelope()));
    }
}
