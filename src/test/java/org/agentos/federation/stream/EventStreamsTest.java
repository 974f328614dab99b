package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.RUN;
import static org.agentos.federation.stream.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one reader gets, frame by frame, with everything on the test's thread. */
class EventStreamsTest {
    private static final String STEP = "agentos.step.done";
    private static final String COMPLETED = "agentos.run.completed";

    private final Gateway gateway = new Gateway();

    @Test
    void shouldTellThePlaceThenReplayThenGoOnLive() {
        // Given
        gateway.store(1, STEP);
        gateway.store(2, STEP);
        Client client = gateway.stream();

        // When
        gateway.store(3, STEP);

        // Then
        assertThat(unprimed(client.text(), gateway.start())).isEqualTo(frame(1) + frame(2) + frame(3));
        assertThat(client.completed()).isFalse();
    }

    @Test
    void shouldKeepAStreamOpenForAForwardedRunWithoutEvents() {
        // Given
        Client client = gateway.stream();
        assertThat(unprimed(client.text(), gateway.start())).isEmpty();

        // When
        gateway.store(5, STEP);

        // Then
        assertThat(unprimed(client.text(), gateway.start())).isEqualTo(frame(5));
    }

    @Test
    void shouldNotKnowARunThatIsNeitherForwardedNorStored() {
        gateway.forwarded.clear();

        assertRefused(ErrorCode.NOT_FOUND);
        gateway.store(1, STEP);
        assertThat(gateway.ask().join()).isInstanceOf(Answer.Stream.class);
        assertThatThrownBy(() -> gateway.ask(new RunKey("tnt_b", RUN.runId())).join())
                .hasCauseInstanceOf(FederationException.class);
    }

    @Test
    void shouldShowDurableEventsOnly() {
        // Given
        Client client = gateway.stream();
        gateway.log.holdSync();
        gateway.store(1, STEP);
        assertThat(client.text()).doesNotContain("agentos.event");

        // When
        gateway.log.sync();

        // Then
        assertThat(client.text()).contains(frame(1));
    }

    @ParameterizedTest
    @CsvSource({
        "agentos.run.completed, run_completed",
        "agentos.run.failed, run_failed",
        "agentos.run.canceled, run_canceled"
    })
    void shouldEndWithTheTerminalEvent(String type, String reason) {
        // Given
        Client client = gateway.stream();

        // When
        gateway.store(1, type);

        // Then
        assertThat(client.text()).endsWith(frame(1, type) + end(reason, gateway.cursor(1)));
        assertThat(client.completed()).isTrue();
        assertThatNothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void shouldEndAReplayOfAFinishedRun(int tailEvents) {
        Gateway finished = new Gateway(tailEvents, 64 << 10);
        finished.store(1, STEP);
        finished.store(2, COMPLETED);

        Client client = finished.stream();

        assertThat(client.text()).endsWith(end("run_completed", finished.cursor(2)));
        assertThat(client.completed()).isTrue();
    }

    @Test
    void shouldAnswerAReconnectAtTheEndOfAFinishedRunWithNothing() {
        gateway.store(1, STEP);
        gateway.store(2, COMPLETED);

        assertThat(gateway.ask("Last-Event-ID: " + gateway.cursor(2)).join()).isEqualTo(new Answer.NoContent());
        assertThat(gateway.ask("cursor=" + gateway.cursor(2)).join()).isEqualTo(new Answer.NoContent());
        assertThat(gateway.ask("from_sequence=2").join()).isEqualTo(new Answer.NoContent());
        assertThat(gateway.ask("cursor=" + gateway.cursor(1)).join()).isInstanceOf(Answer.Stream.class);
        assertThat(gateway.ask("cursor=" + gateway.cursor(2), "Accept: application/x-ndjson")
                        .join())
                .isInstanceOf(Answer.Stream.class);
    }

    @Test
    void shouldEndAtOnceWhenTheLatestOfAFinishedRunIsAsked() {
        gateway.store(1, COMPLETED);

        Client client = gateway.stream("from=latest");

        assertThat(unprimed(client.text(), gateway.cursor(1))).isEqualTo(end("run_completed", gateway.cursor(1)));
        assertThat(client.completed()).isTrue();
    }

    @Test
    void shouldCloseWithoutAnEndWhenNotFollowing() {
        gateway.store(1, STEP);

        Client client = gateway.stream("follow=false");

        assertThat(unprimed(client.text(), gateway.start())).isEqualTo(frame(1));
        assertThat(client.completed()).isTrue();
        assertThatNothingIsHeld();
    }

    @Test
    void shouldCloseAnEmptyRunWhenNotFollowing() {
        Client client = gateway.stream("follow=false");

        assertThat(unprimed(client.text(), gateway.start())).isEmpty();
        assertThat(client.completed()).isTrue();
    }

    @Test
    void shouldTellTheEndOfAFinishedRunWhenNotFollowing() {
        gateway.store(1, COMPLETED);

        Client client = gateway.stream("follow=false", "cursor=" + gateway.cursor(1));

        assertThat(client.text()).endsWith(end("run_completed", gateway.cursor(1)));
    }

    @Test
    void shouldResumeAfterACursorOrASequence() {
        for (int sequence = 1; sequence <= 4; sequence++) {
            gateway.store(sequence, STEP);
        }

        for (String start : new String[] {
            "Last-Event-ID: " + gateway.cursor(2), "cursor=" + gateway.cursor(2), "from_sequence=2", "after_sequence=2"
        }) {
            assertThat(unprimed(gateway.stream("follow=false", start).text(), gateway.cursor(2)))
                    .as(start)
                    .isEqualTo(frame(3) + frame(4));
        }
    }

    @Test
    void shouldGiveUnsequencedEventsStoredAfterTheSequence() {
        gateway.store(1, STEP);
        gateway.store(0, "u1", STEP);
        gateway.store(0, "u2", STEP);
        gateway.store(2, STEP);

        String all = gateway.stream("follow=false", "from_sequence=1").text();
        String cursorOfFirst = gateway.cursor(new Position(1, 1), "u1");
        String rest = gateway.stream("follow=false", "cursor=" + cursorOfFirst).text();

        assertThat(all).contains("\"u1\"", "\"u2\"", "\"evt_2\"").doesNotContain("\"evt_1\"", "agentos.gap");
        assertThat(rest).contains("\"u2\"", "\"evt_2\"").doesNotContain("\"u1\"", "agentos.gap");
    }

    @Test
    void shouldStartFromNow() {
        gateway.store(1, STEP);
        Client client = gateway.stream("from=latest");

        gateway.store(2, STEP);

        assertThat(unprimed(client.text(), gateway.cursor(1))).isEqualTo(frame(2));
    }

    @Test
    void shouldRefuseAPlaceBeyondTheLogAndTellWhatThereIs() {
        gateway.store(3, STEP);
        gateway.store(4, STEP);

        FederationException bySequence = assertRefused(ErrorCode.CURSOR_EXPIRED, "from_sequence=5");
        FederationException byCursor = assertRefused(ErrorCode.CURSOR_EXPIRED, "cursor=" + gateway.cursor(5));

        assertThat(bySequence.details())
                .containsEntry("earliest_cursor", gateway.start())
                .containsEntry("latest_cursor", gateway.cursor(4))
                .containsEntry("earliest_sequence", 3L);
        assertThat(byCursor.details()).isEqualTo(bySequence.details());
    }

    @Test
    void shouldTakeAnySequenceAsTheStartOfAnEmptyLog() {
        // Given
        Client client = gateway.stream("from_sequence=2");

        // When
        gateway.store(2, STEP);
        gateway.store(3, STEP);

        // Then
        assertThat(unprimed(client.text(), gateway.start())).isEqualTo(frame(3));
    }

    @Test
    void shouldNameTheEventBeforeASequenceThatWasNeverStored() {
        gateway.store(3, STEP);
        gateway.store(0, "u1", STEP);
        gateway.store(8, STEP);
        String unsequenced = gateway.cursor(new Position(3, 1), "u1");

        String text = gateway.stream("follow=false", "from_sequence=5").text();

        assertThat(unprimed(text, unsequenced))
                .isEqualTo("event: agentos.gap\ndata: {\"reason\":\"sequence\",\"requested\":\"" + unsequenced
                        + "\",\"earliest\":\"" + unsequenced + "\",\"missing\":[4,7]}\n\n" + frame(8));
    }

    @Test
    void shouldTellWhatIsMissingBeforeTheFirstSequence() {
        gateway.store(5, STEP);

        String text = gateway.stream("follow=false", "from_sequence=2").text();

        assertThat(unprimed(text, gateway.start()))
                .isEqualTo("event: agentos.gap\ndata: {\"reason\":\"sequence\",\"requested\":2,\"earliest\":\""
                        + gateway.start() + "\",\"missing\":[3,4]}\n\n" + frame(5));
        assertThat(gateway.stream("follow=false", "from_sequence=4").text()).doesNotContain("agentos.gap");
        assertThat(gateway.stream("follow=false", "from_sequence=0").text()).doesNotContain("agentos.gap");
    }

    @Test
    void shouldRefuseAPlaceThatNamesNoEvent() {
        // Given
        String ofAnEarlierVersion = "AQAAAAAAAAAAAQAAAAAAAAACAAAAAAAAAADhACh6hXfCuA";
        gateway.store(1, STEP);
        gateway.store(3, STEP);

        // When / Then
        assertRefused(ErrorCode.CURSOR_EXPIRED, "cursor=" + ofAnEarlierVersion);
        assertThat(gateway.stream("follow=false", "cursor=" + gateway.start()).text())
                .endsWith(frame(3));
    }

    @Test
    void shouldRefuseACursorWhoseEventThisLogDoesNotHoldThere() {
        gateway.store(1, STEP);
        gateway.store(2, STEP);

        String other = gateway.cursor(new Position(1, 0), "evt_of_a_lost_copy");

        assertRefused(ErrorCode.CURSOR_EXPIRED, "cursor=" + other);
        assertRefused(ErrorCode.INVALID_CURSOR, "cursor=rubbish");
        assertRefused(ErrorCode.INVALID_CURSOR, "cursor=");
    }

    @Test
    void shouldRefuseATrimmedPlaceAndServeTheEdge() {
        for (int sequence = 1; sequence <= 5; sequence++) {
            gateway.store(sequence, STEP);
        }
        gateway.log.trim(RUN, new Position(3, 0));

        FederationException refusal = assertRefused(ErrorCode.CURSOR_EXPIRED, "cursor=" + gateway.cursor(2));

        assertThat(refusal.details())
                .containsEntry("earliest_cursor", gateway.cursor(3))
                .containsEntry("earliest_sequence", 4L);
        assertRefused(ErrorCode.CURSOR_EXPIRED, "from_sequence=2");
        for (String start : new String[] {"cursor=" + gateway.cursor(3), "from_sequence=3"}) {
            assertThat(gateway.stream("follow=false", start).text()).endsWith(frame(4) + frame(5));
        }
        assertThat(gateway.stream("follow=false").text())
                .endsWith(frame(4) + frame(5))
                .doesNotContain("gap");
    }

    @Test
    void shouldTellARetentionGapAndGoOnWhenAsked() {
        for (int sequence = 1; sequence <= 5; sequence++) {
            gateway.store(sequence, STEP);
        }
        gateway.log.trim(RUN, new Position(3, 0));

        Client client = gateway.stream("follow=false", "on_gap=continue", "cursor=" + gateway.cursor(1));

        assertThat(unprimed(client.text(), gateway.cursor(3)))
                .isEqualTo("event: agentos.gap\ndata: {\"reason\":\"retention\",\"requested\":\"" + gateway.cursor(1)
                        + "\",\"earliest\":\"" + gateway.cursor(3) + "\",\"missing\":[2,3]}\n\n" + frame(4) + frame(5));
    }

    @Test
    void shouldNameWhatIsMissingUpToTheGreatestSequence() {
        gateway.store(1, STEP);
        gateway.store(Long.MAX_VALUE, STEP);
        gateway.store(0, "u1", STEP);
        String jump = gateway.stream("follow=false").text();
        gateway.log.trim(RUN, new Position(Long.MAX_VALUE, 0));

        String trimmed = gateway.stream("follow=false", "on_gap=continue", "from_sequence=0")
                .text();

        assertThat(jump).contains("\"missing\":[2," + (Long.MAX_VALUE - 1) + "]");
        assertThat(trimmed).contains("\"reason\":\"retention\"", "\"missing\":[1," + Long.MAX_VALUE + "]", "\"u1\"");
    }

    @Test
    void shouldTellAGapAlsoWhenNothingIsKeptOfAFinishedRun() {
        // Given
        gateway.store(1, STEP);
        gateway.store(2, "agentos.run.completed");
        gateway.log.trim(Gateway.RUN, new Position(2, 0));

        // When
        Client client = gateway.stream("cursor=" + gateway.cursor(1), "on_gap=continue");

        // Then
        assertThat(client.text()).contains("\"reason\":\"retention\"").contains("\"reason\":\"run_completed\"");
        assertThat(client.completed()).isTrue();
        assertThat(gateway.ask("cursor=" + gateway.cursor(2), "on_gap=continue").join())
                .isEqualTo(new Answer.NoContent());
    }

    @Test
    void shouldTellAPlaceAheadAndStartOverWhenAsked() {
        gateway.store(1, STEP);

        Client client = gateway.stream("follow=false", "on_gap=continue", "from_sequence=9");

        assertThat(unprimed(client.text(), gateway.start()))
                .isEqualTo("event: agentos.gap\ndata: {\"reason\":\"ahead\",\"requested\":9,\"earliest\":\""
                        + gateway.start() + "\"}\n\n" + frame(1));
    }

    @Test
    void shouldTellAReaderWhoseNextEventsAreDeletedBeforeItReadThem() {
        // Given
        Gateway small = new Gateway(0, 64 << 10);
        small.store(1, STEP);
        Client client = small.stream(Client.stalledAfter(2));
        for (int sequence = 2; sequence <= 5; sequence++) {
            small.store(sequence, STEP);
        }

        // When
        small.log.trim(RUN, new Position(4, 0));
        client.request(10);

        // Then
        assertThat(client.text())
                .endsWith("event: agentos.gap\ndata: {\"reason\":\"retention\",\"requested\":\"" + small.cursor(1)
                        + "\",\"earliest\":\"" + small.cursor(4) + "\",\"missing\":[2,4]}\n\n"
                        + frame(small.cursor(5), "evt_5", STEP));
    }

    @Test
    void shouldTellAJumpInStoredSequencesAlsoBehindAFilter() {
        gateway.store(4, STEP);
        gateway.store(7, STEP);

        String gap = "event: agentos.gap\ndata: {\"reason\":\"sequence\",\"requested\":\"" + gateway.cursor(4)
                + "\",\"earliest\":\"" + gateway.cursor(4) + "\",\"missing\":[5,6]}\n\n";

        assertThat(unprimed(gateway.stream("follow=false").text(), gateway.start()))
                .isEqualTo(frame(4) + gap + frame(7));
        assertThat(gateway.stream("follow=false", "types=other").text()).contains(gap);
    }

    @Test
    void shouldNotCallHiddenEventsAGap() {
        gateway.store(1, STEP);
        gateway.store(2, "other");
        gateway.store(3, STEP);

        Client client = gateway.stream("follow=false", "types=agentos.step.*");

        assertThat(unprimed(client.text(), gateway.start())).isEqualTo(frame(1) + frame(3));
    }

    @Test
    void shouldTellThePlaceBehindAHiddenTerminalEventBeforeTheEnd() {
        gateway.store(1, STEP);
        gateway.store(2, COMPLETED);

        Client client = gateway.stream("types=agentos.step.*");

        assertThat(client.text())
                .endsWith(
                        frame(1) + "id: " + gateway.cursor(2) + "\n: hb\n\n" + end("run_completed", gateway.cursor(2)));
    }

    @Test
    void shouldTellThePlaceWhenItClosesBehindHiddenEvents() {
        gateway.store(1, STEP);

        Client client = gateway.stream("types=other", "follow=false");

        assertThat(unprimed(client.text(), gateway.start())).isEqualTo("id: " + gateway.cursor(1) + "\n: hb\n\n");
    }

    @Test
    void shouldGiveASignOfLifeAfterSilenceOnly() {
        // Given
        Client client = gateway.stream();
        gateway.scheduler.ticks(14);
        gateway.store(1, STEP);
        gateway.scheduler.ticks(14);
        assertThat(client.text()).doesNotContain(": hb");

        // When
        gateway.scheduler.tick();

        // Then
        assertThat(client.text()).endsWith(frame(1) + ": hb\n\n");
        gateway.scheduler.ticks(15);
        assertThat(client.text()).endsWith(": hb\n\n: hb\n\n");
    }

    @Test
    void shouldTellThePlaceInTheHeartbeatWhenAFilterHidEvents() {
        // Given
        Client client = gateway.stream("types=other");
        gateway.store(1, STEP);

        // When
        gateway.scheduler.ticks(15);

        // Then
        assertThat(client.text()).endsWith("id: " + gateway.cursor(1) + "\n: hb\n\n");
        gateway.scheduler.ticks(15);
        assertThat(client.text()).endsWith("\n: hb\n\n: hb\n\n");
    }

    @Test
    void shouldEndEveryStreamAtItsPlaceWhenDraining() {
        // Given
        gateway.store(1, STEP);
        Client reading = gateway.stream();
        Client stalled = gateway.stream(Client.stalledAfter(1));

        // When
        gateway.streams.endAll(EndReason.DRAINING, Duration.ZERO);
        assertThat(stalled.completed()).isFalse();
        stalled.request(2);

        // Then
        assertThat(reading.text()).endsWith(frame(1) + end("draining", gateway.cursor(1)));
        assertThat(unprimed(stalled.text(), gateway.start())).isEqualTo(end("draining", gateway.start()));
        assertThat(reading.completed() && stalled.completed()).isTrue();
        assertThatNothingIsHeld();
        assertRefused(ErrorCode.UNAVAILABLE);
    }

    @Test
    void shouldGiveWhatIsStoredBeforeAnEndKnownByStatusOnly() {
        // Given
        gateway.store(1, STEP);
        Client stalled = gateway.stream(Client.stalledAfter(1));

        // When
        gateway.streams.endRun(RUN, EndReason.UPSTREAM_ENDED);
        stalled.request(5);

        // Then
        assertThat(unprimed(stalled.text(), gateway.start()))
                .isEqualTo(frame(1) + end("upstream_ended", gateway.cursor(1)));
        assertThat(gateway.ask("cursor=" + gateway.cursor(1)).join()).isInstanceOf(Answer.Stream.class);
    }

    @Test
    void shouldCapStreamsOfATenantAndInAll() {
        // Given
        RunKey other = new RunKey("tnt_b", "run_9");
        gateway.forwarded.add(other);
        Client first = gateway.stream();
        gateway.stream();
        gateway.stream();

        // When
        FederationException tenantFull = assertRefused(ErrorCode.QUOTA_EXCEEDED);
        gateway.ask(other).join();

        // Then
        assertThat(tenantFull.headers()).containsKey("Retry-After");
        assertThatThrownBy(() -> gateway.ask(other).join()).hasCauseInstanceOf(FederationException.class);
        first.cancel();
        first.cancel();
        assertThat(gateway.streams.openReaders()).isEqualTo(3);
        assertThat(gateway.ask().join()).isInstanceOf(Answer.Stream.class);
        assertRefused(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void shouldFreeEverythingWhenTheClientLeaves() {
        // Given
        Client client = gateway.stream();
        assertThat(gateway.log.watches()).isEqualTo(1);
        String before = client.text();

        // When
        client.cancel();

        // Then
        assertThatNothingIsHeld();
        gateway.store(1, STEP);
        gateway.scheduler.ticks(30);
        assertThat(client.text()).isEqualTo(before);
        assertThat(client.completed() || client.failed()).isFalse();
    }

    @Test
    void shouldGiveUpAStreamThatNobodySubscribesTo() {
        // Given
        Answer.Stream stream = (Answer.Stream) gateway.ask().join();

        // When
        gateway.scheduler.ticks(30);

        // Then
        assertThatNothingIsHeld();
        Client late = Client.eager();
        stream.body().subscribe(late);
        assertThat(late.failed()).isTrue();
    }

    @Test
    void shouldRefuseASecondSubscriberAndSenselessDemand() {
        Answer.Stream stream = (Answer.Stream) gateway.ask().join();
        Client first = Client.eager();
        Client second = Client.eager();

        stream.body().subscribe(first);
        stream.body().subscribe(second);
        assertThat(second.failed()).isTrue();

        first.request(0);
        assertThat(first.failed()).isTrue();
        assertThatNothingIsHeld();
    }

    @Test
    void shouldHoldNoMoreForASlowClientThanItsBuffer() {
        // Given
        int bufferBytes = 32 << 10;
        Gateway small = new Gateway(1000, bufferBytes);
        for (int sequence = 1; sequence <= 2000; sequence++) {
            small.store(sequence, STEP);
        }

        // When
        Client client = small.stream(Client.stalledAfter(8));

        // Then
        assertThat(client.bytes()).isPositive().isLessThanOrEqualTo(bufferBytes / 2);
        for (int i = 0; i < 2000; i++) {
            client.request(1);
        }
        assertThat(client.text().split("event: agentos.event", -1)).hasSize(2001);
    }

    private void assertThatNothingIsHeld() {
        assertThat(gateway.streams.openReaders()).isZero();
        assertThat(gateway.log.watches()).isZero();
    }

    private FederationException assertRefused(ErrorCode code, String... queryAndHeaders) {
        assertThat(gateway.ask(queryAndHeaders)).isCompletedExceptionally();
        FederationException refusal = FederationException.in(gateway.ask(queryAndHeaders)
                        .handle((answer, failure) -> failure)
                        .join())
                .orElseThrow();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    /** The text after the first frame, which must open at the cursor. */
    private static String unprimed(String text, String cursor) {
        assertThat(text).matches("(?s)retry: (1[5-9]\\d\\d|2\\d\\d\\d|3000)\nid: " + cursor + "\n\n.*");
        return text.substring(text.indexOf("\n\n") + 2);
    }

    private String frame(long sequence) {
        return frame(sequence, STEP);
    }

    private String frame(long sequence, String type) {
        return frame(gateway.cursor(sequence), "evt_" + sequence, type);
    }

    private static String frame(String cursor, String eventId, String type) {
        return "event: agentos.event\nid: " + cursor + "\ndata: " + envelope(eventId, type) + "\n\n";
    }

    private static String end(String reason, String cursor) {
        return "event: agentos.end\ndata: {\"reason\":\"" + reason + "\",\"cursor\":\"" + cursor + "\"}\n\n";
    }
}
