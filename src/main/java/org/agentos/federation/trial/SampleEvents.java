package org.agentos.federation.trial;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.ingest.ReadEvent;

/** Reads the events of a trial: JSON values one after another, lines or not, or an array of them; each keeps its bytes. */
final class SampleEvents {
    static final String TENANT = "tnt_sample";
    private static final String RUN = "run_sample";
    private static final String BUILT_IN = "/trial/sample-events.ndjson";

    /** Somebody reads what comes of each. */
    private static final int MOST = 1000;

    private static final int MOST_BYTES = 8 << 20;

    /** Guesses no encoding but UTF-8, the only one of which it knows byte offsets. */
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    private final EventReader reader;
    private final String source;
    private final List<IncomingEvent> events = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private SampleEvents(EventReader reader, String source) {
        this.reader = reader;
        this.source = source;
    }

    /**
     * The events of a file; those that name no tenant are of {@value #TENANT}.
     *
     * @throws TrialException naming every event that cannot be used
     */
    static List<IncomingEvent> ofFile(Path file, EventReader reader) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TrialException(file + " has more than " + MOST_BYTES + " bytes");
            }
            return new SampleEvents(reader, file.toString()).read(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new TrialException("the events cannot be read: " + unreadable);
        }
    }

    /**
     * One event of each kind, in three runs.
     *
     * @param tenantId theirs, when a subscription asks for it; null: {@value #TENANT}
     * @param runId of the longest run, when a subscription asks for it; null: {@value #RUN}
     */
    static List<IncomingEvent> builtIn(EventReader reader, String tenantId, String runId) {
        try (InputStream in = SampleEvents.class.getResourceAsStream(BUILT_IN)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(quoted(TENANT), quoted(tenantId == null ? TENANT : tenantId))
                    .replace(quoted(RUN), quoted(runId == null ? RUN : runId));
            return new SampleEvents(reader, "the built-in events").read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private List<IncomingEvent> read(byte[] text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            while (json.nextToken() != null) {
                if (json.currentToken() != JsonToken.START_ARRAY) {
                    take(json, text);
                } else {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        take(json, text);
                    }
                }
            }
        } catch (JsonProcessingException notJson) {
            int line = notJson.getLocation() == null ? 0 : notJson.getLocation().getLineNr();
            throw new TrialException(source + " is not JSON in line " + line + ": " + notJson.getOriginalMessage());
        }
        if (events.isEmpty() && problems.isEmpty()) {
            problems.add(source + " holds no event");
        }
        if (!problems.isEmpty()) {
            throw new TrialException(problems);
        }
        return events;
    }

    private void take(JsonParser json, byte[] text) throws IOException {
        int number = events.size() + problems.size() + 1;
        if (number > MOST) {
            throw new TrialException(source + " holds more than " + MOST + " events");
        }
        int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
        int line = json.currentTokenLocation().getLineNr();
        json.skipChildren();
        int end = Math.toIntExact(json.currentTokenLocation().getByteOffset()) + 1;
        String problem = json.currentToken() == JsonToken.END_OBJECT
                ? add(Arrays.copyOfRange(text, start, end))
                : "an event must be a JSON object";
        if (problem != null) {
            problems.add(source + ", event " + number + " in line " + line + ": " + problem);
        }
    }

    private String add(byte[] text) throws IOException {
        ReadEvent read;
        try {
            read = reader.readOne(text);
        } catch (FederationException tooLarge) {
            return tooLarge.getMessage();
        }
        if (read.problem() == null) {
            RunKey run = new RunKey(read.tenantId() == null ? TENANT : read.tenantId(), read.runId());
            events.add(new IncomingEvent(run, read.eventId(), read.sequence(), read.type(), read.envelope()));
        }
        return read.problem();
    }
}
