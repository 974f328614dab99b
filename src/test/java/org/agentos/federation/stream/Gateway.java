package org.agentos.federation.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.MemoryEventLog;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.settings.StreamSettings;

/** Event streams over a log in memory, with one forwarded run. Everything runs on the test's thread unless said. */
final class Gateway {
    static final Source PUSHED = new Source(Origin.PUSHED, Optional.empty());
    static final RunKey RUN = new RunKey("tnt_a", "run_1");

    final MemoryEventLog log;
    final ManualScheduler scheduler = new ManualScheduler();
    final Set<RunKey> forwarded = new HashSet<>(Set.of(RUN));
    final CursorCodec codec = new CursorCodec(() -> this.keys, 1);
    final EventStreams streams;
    final List<String> ended = new CopyOnWriteArrayList<>();
    CursorKeys keys = CursorKeys.of(new byte[32]);
    Instant validUntil;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    Gateway() {
        this(1000, 64 << 10);
    }

    Gateway(int tailEvents, int bufferBytes) {
        this(tailEvents, settings(4, 3, bufferBytes), Runnable::run);
    }

    /** Heartbeats after 15 ticks of a second, patience of 30, an hour of life, a budget of 16 streams. */
    static StreamSettings settings(int streams, int perTenant, int bufferBytes) {
        return new StreamSettings(
                Duration.ofSeconds(15),
                streams,
                perTenant,
                bufferBytes,
                16L * bufferBytes,
                Duration.ofSeconds(30),
                Duration.ofHours(1));
    }

    Gateway(int tailEvents, StreamSettings settings, Executor executor) {
        this(tailEvents, settings, executor, UnaryOperator.identity());
    }

    /** @param between what stands between the streams and the log */
    Gateway(int tailEvents, StreamSettings settings, Executor executor, UnaryOperator<EventLog> between) {
        this.log = new MemoryEventLog(tailEvents);
        this.streams = open(between.apply(log), settings, executor, scheduler);
    }

    private EventStreams open(
            EventLog read, StreamSettings settings, Executor executor, ScheduledExecutorService timer) {
        return new EventStreams(
                read, forwarded::contains, codec, settings, executor, timer, () -> now, new Random(1), ended::add);
    }

    /** Stores an event of the type; sequence 0 = unsequenced. */
    void store(long sequence, String type) {
        store(sequence, "evt_" + sequence, type);
    }

    void store(long sequence, String eventId, String type) {
        log.append(PUSHED, List.of(event(sequence, eventId, type)));
    }

    static IncomingEvent event(long sequence, String eventId, String type) {
        return new IncomingEvent(
                RUN,
                eventId,
                sequence,
                type,
                ByteSlice.of(envelope(eventId, type).getBytes(UTF_8)));
    }

    static String envelope(String eventId, String type) {
        return "{\"event\":{\"event_id\":\"" + eventId + "\",\"run_id\":\"run_1\",\"type\":\"" + type + "\"}}";
    }

    /** The cursor after an event that was stored under its sequence. */
    String cursor(long sequence) {
        return cursor(new Position(sequence, 0), "evt_" + sequence);
    }

    String cursor(Position position, String eventId) {
        return codec.encode(RUN, position, eventId.hashCode() | 1);
    }

    /** The cursor before the first event. */
    String start() {
        return codec.forRun(RUN).encode(Cursor.START);
    }

    CompletableFuture<Answer> ask(String... queryAndHeaders) {
        return ask(RUN, queryAndHeaders);
    }

    CompletableFuture<Answer> ask(RunKey run, String... queryAndHeaders) {
        return streams.open(run, request(queryAndHeaders), Optional.ofNullable(validUntil))
                .toCompletableFuture();
    }

    /** A stream with a client that reads all it can get. */
    Client stream(String... queryAndHeaders) {
        return stream(Client.eager(), queryAndHeaders);
    }

    Client stream(Client client, String... queryAndHeaders) {
        ((Answer.Stream) ask(queryAndHeaders).join()).body().subscribe(client);
        return client;
    }

    String page(String... queryAndHeaders) {
        String[] asJson = Arrays.copyOf(queryAndHeaders, queryAndHeaders.length + 1);
        asJson[queryAndHeaders.length] = "Accept: application/json";
        return ((Answer.Page) ask(asJson).join()).json().toString();
    }

    /** Items like {@code name=value} are query parameters, those like {@code Name: value} headers. */
    static StreamRequest request(String... queryAndHeaders) {
        return StreamRequest.parse(inbound(queryAndHeaders));
    }

    static InboundRequest inbound(String... queryAndHeaders) {
        Map<String, String> query = new HashMap<>();
        Map<String, String> headers = new HashMap<>();
        for (String item : queryAndHeaders) {
            if (item.matches("[A-Za-z-]+: .*|[A-Za-z-]+:")) {
                String[] header = item.split(": ?", 2);
                headers.put(header[0], header[1]);
            } else {
                String[] parameter = item.split("=", 2);
                query.put(parameter[0], parameter[1]);
            }
        }
        return new InboundRequest("GET", "/v1/federation/runs/run_1/events", query, headers, "req_1", "cor_1");
    }
}
