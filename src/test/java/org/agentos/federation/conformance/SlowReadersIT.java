package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients that do not read cost the gateway in a small heap, and those who do: nothing. */
class SlowReadersIT {
    private static final int LIMIT_IN_ALL = 8 << 20;
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);
    private static final int STUCK = 300;
    private static final int EVENTS = 20_000;
    private static final int BATCH = 5_000;
    private static final String PADDING = "x".repeat(900);
    private static final String LONG_RUN = Sample.runId();
    private static final String SLOW_ENDS = "agentos_federation_streams_ended_total{reason=\"slow_consumer\"}";

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .environment("JAVA_OPTS", "-Xmx256m -XX:+ExitOnOutOfMemoryError")
            .environment("AGENTOS_FED_STREAM_BUFFER_BYTES_IN_ALL", Integer.toString(LIMIT_IN_ALL))
            .environment("AGENTOS_FED_STREAM_WRITE_TIMEOUT", WRITE_TIMEOUT.toSeconds() + "s");

    @BeforeAll
    static void fill() {
        GATEWAY.process();
        for (int from = 1; from <= EVENTS; from += BATCH) {
            GATEWAY.store(IntStream.range(from, from + BATCH)
                    .mapToObj(sequence -> Sample.event(
                            LONG_RUN,
                            "evt_" + LONG_RUN + "_" + sequence,
                            "\"sequence\":" + sequence + ",\"payload\":\"" + PADDING + "\""))
                    .toArray(String[]::new));
        }
    }

    @Test
    void shouldNotSufferFromClientsThatNeverRead() throws IOException {
        // Given
        double before = metric(SLOW_ENDS);
        String live = Sample.runId();
        GATEWAY.store(Sample.envelope(live, 1));
        List<Socket> stuck = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            stuck.add(open());
        }

        // When
        int stored = 1;
        double mostHeld = 0;
        try (SseClient reader = GATEWAY.stream(live, "")) {
            while (metric(SLOW_ENDS) < before + STUCK && stored < 2_000) {
                GATEWAY.store(Sample.envelope(live, ++stored));
                mostHeld = Math.max(mostHeld, metric("agentos_federation_streams_held_bytes"));
            }

            // Then
            assertThat(reader.await("agentos.event", stored)).hasSize(stored);
            assertThat(reader.state()).isEqualTo(SseClient.State.OPEN);
            assertThat(mostHeld)
                    .as("more, and nothing would be read for anybody")
                    .isLessThan(2.0 * LIMIT_IN_ALL);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> metric(SLOW_ENDS) == before + STUCK);
        await().until(() -> metric("agentos_federation_streams_open") == 0);
        assertThat(metric("agentos_federation_streams_held_bytes")).isZero();
        for (Socket socket : stuck) {
            socket.close();
        }
    }

    /** A page stands in memory until its client has taken it: so many of four megabytes would not fit by far. */
    @Test
    void shouldNotSufferFromClientsThatNeverReadTheirPages() throws IOException {
        // Given
        String large = Sample.runId();
        GATEWAY.store(IntStream.rangeClosed(1, 1000)
                .mapToObj(sequence -> Sample.event(
                        large,
                        "evt_" + large + "_" + sequence,
                        "\"sequence\":" + sequence + ",\"payload\":\"" + PADDING.repeat(6) + "\""))
                .toArray(String[]::new));
        List<Socket> stuck = new ArrayList<>();

        // When
        for (int i = 0; i < STUCK; i++) {
            stuck.add(open(large, "?limit=1000", "Accept: application/json\r\n"));
        }

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(() -> GATEWAY.http()
                                .get("/v1/federation/runs/" + large + "/events?limit=1000")
                                .header("Accept", "application/json")
                                .send()
                                .status()
                        == 200);
        for (Socket socket : stuck) {
            socket.close();
        }
    }

    @Test
    void shouldEndAClientThatTricklesAndKeepOneThatIsMerelySlow() throws IOException {
        // Given
        double before = metric(SLOW_ENDS);
        try (Socket trickling = open();
                Socket slow = open()) {
            Reading trickle = new Reading(trickling, 1);
            Reading honest = new Reading(slow, 16 << 10);

            // When
            await().atMost(WRITE_TIMEOUT.multipliedBy(15))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        honest.read();
                        trickle.read();
                        return metric(SLOW_ENDS) > before;
                    });

            // Then
            Reading rest = new Reading(trickling, 64 << 10);
            while (!rest.broken) {
                rest.read();
            }
            for (int i = 0; i < 1000; i++) {
                honest.read();
            }
            assertThat(honest.broken).isFalse();
            assertThat(metric(SLOW_ENDS)).isEqualTo(before + 1);
        }
    }

    private static Socket open() throws IOException {
        return open(LONG_RUN, "", "");
    }

    @SuppressWarnings("AddressSelection") // the loopback address
    private static Socket open(String run, String query, String headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(32 << 10);
        socket.connect(new java.net.InetSocketAddress(
                GATEWAY.baseUrl().getHost(), GATEWAY.baseUrl().getPort()));
        String request = "GET /v1/federation/runs/" + run + "/events" + query + " HTTP/1.1\r\nHost: x\r\nX-Tenant-Id: "
                + Sample.TENANT + "\r\n" + headers + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** A client that takes so many bytes at a time. */
    private static final class Reading {
        private final Socket socket;
        private final byte[] bytes;
        private boolean broken;

        private Reading(Socket socket, int bytes) {
            this.socket = socket;
            this.bytes = new byte[bytes];
        }

        private void read() {
            try {
                broken |= socket.getInputStream().read(bytes) < 0;
            } catch (IOException reset) {
                broken = true;
            }
        }
    }

    private static double metric(String series) {
        Answer answer = GATEWAY.http().get("/metrics").send();
        return answer.text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series + " in\n" + answer.text()));
    }
}
