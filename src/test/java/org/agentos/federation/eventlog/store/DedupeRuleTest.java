package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.accepted;
import static org.agentos.federation.eventlog.store.EventLogs.append;
import static org.agentos.federation.eventlog.store.EventLogs.completed;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.agentos.federation.eventlog.store.EventLogs.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DedupeRuleTest {
    @TempDir
    static Path directory;

    private static RocksEventLog log;

    @BeforeAll
    static void open() {
        log = EventLogs.open(directory);
    }

    @AfterAll
    static void close() {
        log.close();
    }

    static Stream<Arguments> rule() {
        IncomingEvent a1 = event("a", 1);
        IncomingEvent c3 = event("c", 3);
        IncomingEvent end = completed("end", 4);
        return Stream.of(
                row("first event", List.of(), a1, accepted(1, 0)),
                row("rising sequence", List.of(a1), c3, accepted(3, 0)),
                row("first unsequenced", List.of(), event("u", 0), accepted(0, 1)),
                row("unsequenced after sequenced", List.of(a1), event("u", 0), accepted(1, 1)),
                row("sequenced after unsequenced", List.of(a1, event("u", 0)), c3, accepted(3, 0)),
                row("same event", List.of(a1, c3), a1, verdict(Status.DUPLICATE, Reason.NONE, 1, 0)),
                row(
                        "same unsequenced event",
                        List.of(a1, event("u", 0), c3),
                        event("u", 0),
                        verdict(Status.DUPLICATE, Reason.NONE, 1, 1)),
                row(
                        "same id, other content",
                        List.of(a1),
                        event(RUN, "a", 1, "agentos.step", "\"payload\":2"),
                        verdict(Status.CONFLICT, Reason.OTHER_CONTENT, 1, 0)),
                row(
                        "same id under a new sequence",
                        List.of(a1),
                        event("a", 2),
                        verdict(Status.CONFLICT, Reason.OTHER_CONTENT, 1, 0)),
                row(
                        "same sequence, other id",
                        List.of(a1, c3),
                        event("x", 1),
                        verdict(Status.CONFLICT, Reason.OTHER_EVENT_ID, 3, 0)),
                row("sequence in a gap", List.of(a1, c3), event("b", 2), verdict(Status.LATE, Reason.SEQUENCE, 3, 0)),
                row("after the end", List.of(a1, end), event("z", 5), verdict(Status.LATE, Reason.SEALED, 4, 0)),
                row(
                        "unsequenced after the end",
                        List.of(a1, end),
                        event("z", 0),
                        verdict(Status.LATE, Reason.SEALED, 4, 0)),
                row("gap of a sealed run", List.of(a1, end), event("z", 2), verdict(Status.LATE, Reason.SEALED, 4, 0)),
                row("same event after the end", List.of(a1, end), a1, verdict(Status.DUPLICATE, Reason.NONE, 1, 0)),
                row("the end again", List.of(a1, end), end, verdict(Status.DUPLICATE, Reason.NONE, 4, 0)),
                row(
                        "taken sequence after the end",
                        List.of(a1, end),
                        event("z", 1),
                        verdict(Status.CONFLICT, Reason.OTHER_EVENT_ID, 4, 0)));
    }

    private static Arguments row(String name, List<IncomingEvent> before, IncomingEvent event, Verdict expected) {
        return Arguments.of(name, before, event, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rule")
    void shouldDecideAgainstWhatIsStored(String name, List<IncomingEvent> before, IncomingEvent event, Verdict expected)
            throws Exception {
        // Given
        RunKey run = new RunKey("tnt_stored", name);
        append(log, Origin.PUSHED, in(run, before));

        // When
        List<Verdict> verdicts = append(log, Origin.PUSHED, in(run, List.of(event)));

        // Then
        assertThat(verdicts).containsExactly(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rule")
    void shouldDecideTheSameWithinOneAppend(
            String name, List<IncomingEvent> before, IncomingEvent event, Verdict expected) throws Exception {
        // Given
        List<IncomingEvent> batch =
                Stream.concat(before.stream(), Stream.of(event)).toList();

        // When
        List<Verdict> verdicts = append(log, Origin.PUSHED, in(new RunKey("tnt_within", name), batch));

        // Then
        assertThat(verdicts.get(before.size())).isEqualTo(expected);
    }

    @Test
    void shouldDecideTheSameAfterAReopen() throws Exception {
        // Given
        List<Arguments> rows = rule().toList();
        for (Arguments row : rows) {
            append(log, Origin.PUSHED, in(runOf(row), eventsOf(row)));
        }
        log.close();
        log = EventLogs.open(directory);

        // When
        List<Verdict> verdicts = new ArrayList<>();
        for (Arguments row : rows) {
            IncomingEvent event = (IncomingEvent) row.get()[2];
            verdicts.addAll(append(log, Origin.PUSHED, in(runOf(row), List.of(event))));
        }

        // Then
        assertThat(verdicts).isEqualTo(rows.stream().map(row -> row.get()[3]).toList());
    }

    private static RunKey runOf(Arguments row) {
        return new RunKey("tnt_reopened", (String) row.get()[0]);
    }

    @SuppressWarnings("unchecked") // the table above
    private static List<IncomingEvent> eventsOf(Arguments row) {
        return (List<IncomingEvent>) row.get()[1];
    }

    private static List<IncomingEvent> in(RunKey run, List<IncomingEvent> events) {
        return events.stream()
                .map(e -> new IncomingEvent(run, e.eventId(), e.sequence(), e.type(), e.envelope()))
                .toList();
    }

    @Test
    void shouldAcceptAMirroredEventOnceWhenPushed() throws Exception {
        // Given
        RunKey run = new RunKey("tnt_a", "mirrored");
        append(log, Origin.MIRRORED, List.of(event(run, "a", 1)));

        // When
        List<Verdict> mirroredAgain = append(log, Origin.MIRRORED, List.of(event(run, "a", 1)));
        List<Verdict> pushedTwice = push(log, event(run, "a", 1), event(run, "a", 1));

        // Then
        Verdict duplicate = verdict(Status.DUPLICATE, Reason.NONE, 1, 0);
        assertThat(mirroredAgain).containsExactly(duplicate);
        assertThat(pushedTwice).containsExactly(verdict(Status.ACCEPTED, Reason.ALREADY_MIRRORED, 1, 0), duplicate);
        assertThat(EventLogs.everything(log, run)).hasSize(1);
    }

    @Test
    void shouldKeepRunsOfOneNameApartByTenant() throws Exception {
        // Given
        push(log, event("a", 1));

        // When
        List<Verdict> verdicts = push(log, event(new RunKey("tnt_b", RUN.runId()), "a", 1));

        // Then
        assertThat(verdicts).containsExactly(accepted(1, 0));
    }
}
