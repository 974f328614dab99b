package org.agentos.federation.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.forward.store.ForwardIndex;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListRunsTest {
    @TempDir
    Path directory;

    private RocksEventLog log;
    private RunViews views;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                new EventLogSettings(directory, 8 << 20, 10_000, 1 << 20, 1 << 20, 16 << 20, false),
                InstantSource.system(),
                new SecureRandom());
        CursorCodec cursors = CursorCodec.of(log);
        views = new RunViews(
                new ForwardIndex(), log, cursors, run -> Optional.empty(), InstantSource.fixed(Instant.EPOCH));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldShowARunThatWasOnlyPushed() throws Exception {
        // Given
        RunKey run = new RunKey("tnt_a", "run 1");
        IncomingEvent event =
                new IncomingEvent(run, "e1", 4, "agentos.run.failed", ByteSlice.of(new byte[] {'{', '}'}));
        log.append(new Source(Origin.PUSHED, Optional.of("stk_b")), List.of(event))
                .toCompletableFuture()
                .get();

        // When
        RunView view = views.show(run, Optional.empty());

        // Then
        assertThat(view.holder()).isEqualTo("stk_b");
        assertThat(view.state()).isEqualTo("failed");
        assertThat(view.latestSequence()).isEqualTo(4);
        assertThat(view.eventsUrl()).isEqualTo("/v1/federation/runs/run%201/events");
        assertThat(catchThrowableOfType(
                                FederationException.class,
                                () -> views.show(new RunKey("tnt_b", "run 1"), Optional.empty()))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "x", ""})
    void shouldRefuseLimitOutOfBounds(String limit) {
        assertThat(refusal(Map.of("limit", limit))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "cnVuX3g"})
    void shouldRefuseCursorThatWasNotGivenHere(String cursor) {
        assertThat(refusal(Map.of("cursor", cursor))).isEqualTo(ErrorCode.INVALID_CURSOR);
    }

    private ErrorCode refusal(Map<String, String> query) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(
                InboundRequest.PROPERTY, new InboundRequest("GET", "/", query, Map.of(), "req_1", "cor_1"));
        exchange.setProperty(
                AdmitCaller.CALLER,
                new Caller(
                        Optional.of("tnt_a"),
                        Optional.empty(),
                        Caller.ALL_SCOPES,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "req_1",
                        "cor_1",
                        Optional.empty(),
                        Optional.empty()));
        return catchThrowableOfType(FederationException.class, () -> new ListRuns(views).process(exchange))
                .code();
    }
}
