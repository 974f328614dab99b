package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerUrlTest {
    private static final String BASE = "https://stk-b.example/a";

    @ParameterizedTest
    @CsvSource({
        "https://stk-b.example/a/v1/runs/r/events, /a/v1/runs/r/events?from_sequence=7",
        "https://STK-B.example:443/a/v1/runs/r/events, /a/v1/runs/r/events?from_sequence=7",
        "https://stk-b.example/a/v1/events?run=r&from_sequence=2, /a/v1/events?run=r&from_sequence=7",
        "https://stk-b.example/a/v1/r%20x/events?from_sequence=2, /a/v1/r%20x/events?from_sequence=7",
        "/v1/runs/r..1/events, /a/v1/runs/r..1/events?from_sequence=7",
    })
    void shouldAskFromTheSequenceUnderTheBase(String events, String expected) {
        assertThat(events(events)).isEqualTo(new PeerUrl("stk-b.example", 443, true, expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://stk-b.example/a/v1",
                "https://stk-b.example:8443/a/v1",
                "https://evil.example/a/v1",
                "https://stk-b.example.evil.example/a/v1",
                "https://stk-b.example@evil.example/a/v1",
                "https://user@stk-b.example/a/v1",
                "https://stk-b.example/ab/v1",
                "https://stk-b.example/v1",
                "https://stk-b.example/a/../v1",
                "https://stk-b.example/a/%2e%2E/v1",
                "https://stk-b.example/a/.%2e/v1",
                "https://stk-b.example/a/..;x/v1",
                "https://stk-b.example/a/x%2f..%2fv1",
                "https://stk-b.example/a/x%5c..",
                "//evil.example/a/v1",
                "v1/events",
                "/../v1",
                "mailto:x@y",
            })
    void shouldRefuseEveryOtherPlace(String events) {
        assertThatIllegalArgumentException().isThrownBy(() -> events(events));
    }

    @ParameterizedTest
    @CsvSource({"r 1, r%201", "a/../b, a%2F..%2Fb", "ü, %C3%BC"})
    void shouldEncodeTheRunIdInItsStatusUrl(String runId, String encoded) {
        assertThat(status(runId).path()).isEqualTo("/a/v1/runs/" + encoded);
    }

    @Test
    void shouldNotAskForARunWhoseIdIsADotSegment() {
        assertThatIllegalArgumentException().isThrownBy(() -> status(".."));
    }

    private static PeerUrl events(String url) {
        return PeerUrl.events(run("r", URI.create(url)), new ResumePoint(7, "", false));
    }

    private static PeerUrl status(String runId) {
        return PeerUrl.status(run(runId, URI.create("/v1")));
    }

    private static MirroredRun run(String runId, URI events) {
        Peer peer = MirrorFixture.peer(URI.create(BASE), true, Peer.Token.NONE);
        return new MirroredRun(new RunKey("tnt_a", runId), peer, events, Optional.empty());
    }
}
