package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.stream.MixedFormsPropertyTest.Connection;

/**
 * A client that keeps its place by the rules of whatever form it reads: what is not whole counts for nothing, and it goes
 * on from the last cursor it was told. It takes no event twice but those a form gave without telling the place after.
 */
final class WanderingReader {
    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"(\\w+)\"");
    private static final Pattern ID = Pattern.compile("(?m)^id: (\\S+)$");
    private static final Pattern MISSING = Pattern.compile("\"missing\":(\\[\\d+,\\d+])");
    private static final Pattern LINE_CURSOR = Pattern.compile("^\\{\"agentos\":\\{\"cursor\":\"([^\"]+)\"}}$");
    private static final Pattern PAGE_CURSORS = Pattern.compile("\"cursors\":\\[([^]]*)]");
    private static final Pattern NEXT = Pattern.compile("\"next_cursor\":\"([^\"]+)\"");

    private final Gateway gateway;
    private final History history;
    private final boolean filtered;
    private final List<String> shown = new ArrayList<>();
    /** Events it has seen and was told no place behind: these it may see again. */
    private final Set<String> beyondPlace = new HashSet<>();

    private final Set<String> jumps = new LinkedHashSet<>();
    private String place;

    WanderingReader(Gateway gateway, History history, boolean filtered) {
        this.gateway = gateway;
        this.history = history;
        this.filtered = filtered;
    }

    /** Event ids as they were first seen. */
    List<String> shown() {
        return shown;
    }

    /** Jumps in the sequence it was told of, each once. */
    List<String> jumps() {
        return List.copyOf(jumps);
    }

    String place() {
        return place;
    }

    void readAndCut(Connection connection) {
        Optional<String> received = receive(connection);
        received.ifPresent(text -> take(
                connection.form(), text.substring(0, text.length() * connection.cutPermille() / 1000), text.length()));
    }

    /** Follows the run to its end, or until a sign of life has told the place behind what a filter hides. */
    void readAll() {
        readAndCut(new Connection(Form.SSE, Connection.By.HEADER, 1000, 0, 1, 0, true, true));
    }

    /** Whether a reconnect at this place is told not to come again. */
    boolean isTurnedAway() {
        Answer answer = gateway.ask("Last-Event-ID: " + place).join();
        if (answer instanceof Answer.Stream stream) {
            Client client = Client.eager();
            stream.body().subscribe(client);
            client.cancel();
        }
        return answer instanceof Answer.NoContent;
    }

    private Optional<String> receive(Connection connection) {
        List<String> request = new ArrayList<>(List.of(
                "Accept: " + connection.form().mediaType(),
                "limit=" + connection.limit(),
                "follow=" + connection.follow()));
        if (filtered) {
            request.add("types=" + History.SHOWN_TYPES);
        }
        if (place != null) {
            request.add(name(connection.by()));
        }
        Answer answer = gateway.ask(request.toArray(String[]::new)).join();
        if (answer instanceof Answer.Page page) {
            return Optional.of(page.json().toString());
        }
        return answer instanceof Answer.Stream stream ? Optional.of(receive(stream, connection)) : Optional.empty();
    }

    private String receive(Answer.Stream stream, Connection connection) {
        Client client = connection.pieces() == 0 ? Client.eager() : Client.stalledAfter(connection.pieces());
        stream.body().subscribe(client);
        if (connection.silence()) {
            gateway.scheduler.ticks(16);
        }
        client.cancel();
        return client.text();
    }

    private String name(Connection.By by) {
        Position position = position(place);
        if (by == Connection.By.SEQUENCE && position.unsequenced() == 0) {
            return "from_sequence=" + position.sequence();
        }
        return (by == Connection.By.HEADER ? "Last-Event-ID: " : "cursor=") + place;
    }

    private void take(Form form, String text, int length) {
        switch (form) {
            case SSE -> whole(text, "\n\n").forEach(this::takeFrame);
            case NDJSON -> whole(text, "\n").forEach(this::takeLine);
            case JSON_PAGE -> {
                if (text.length() == length) {
                    takePage(text);
                }
            }
        }
    }

    /** The parts of a text that are closed by a separator; what stands behind the last one is not whole. */
    private static List<String> whole(String text, String separator) {
        List<String> parts = List.of(text.split(separator, -1));
        return parts.subList(0, parts.size() - 1);
    }

    private void takeFrame(String frame) {
        takeJumps(frame);
        Optional<String> id = first(ID, frame);
        first(EVENT, frame).ifPresent(event -> see(event, id.orElseThrow()));
        id.ifPresent(this::moveTo);
    }

    private void takeLine(String line) {
        takeJumps(line);
        first(EVENT, line).ifPresent(this::see);
        first(LINE_CURSOR, line).ifPresent(this::moveTo);
    }

    private void takePage(String page) {
        takeJumps(page);
        List<String> events = all(EVENT, page);
        List<String> cursors = first(PAGE_CURSORS, page)
                .filter(list -> !list.isEmpty())
                .map(list -> List.of(list.replace("\"", "").split(",", -1)))
                .orElse(List.of());
        assertThat(cursors).hasSameSizeAs(events);
        for (int i = 0; i < events.size(); i++) {
            see(events.get(i), cursors.get(i));
        }
        moveTo(first(NEXT, page).orElseThrow());
    }

    private void see(String event, String cursor) {
        assertThat(cursor).isEqualTo(history.cursorAfter(event));
        see(event);
    }

    private void see(String event) {
        if (beyondPlace.add(event)) {
            assertThat(shown).doesNotContain(event);
            shown.add(event);
        }
    }

    private void moveTo(String cursor) {
        place = cursor;
        Position reached = position(cursor);
        beyondPlace.removeIf(event -> !position(history.cursorAfter(event)).isAfter(reached));
    }

    private Position position(String cursor) {
        return gateway.codec.decode(Gateway.RUN, cursor).position();
    }

    private void takeJumps(String text) {
        jumps.addAll(all(MISSING, text));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        return all(pattern, text).stream().findFirst();
    }

    private static List<String> all(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
