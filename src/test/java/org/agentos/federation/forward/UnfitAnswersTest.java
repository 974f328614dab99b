package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a peer that lies about them or sends more than anybody needs. */
class UnfitAnswersTest {
    private static final String RUN = ScriptedPeer.run("run_1");
    private static final String WHOLE = "HTTP/1.1 200 OK\r\nContent-Length: " + RUN.length() + "\r\n";

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private RawPeer raw;
    private ForwardBench bench;

    @AfterEach
    void stop() {
        peer.close();
        if (raw != null) {
            raw.close();
        }
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void shouldReadAnAnswerThatIsPackedUnasked() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then((call, exchange) -> sendPacked(exchange, 201, RUN));

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(answer.forwarded().remoteRunId()).isEqualTo("run_1");
    }

    @Test
    void shouldUnpackNoMoreThanItTakes() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then((call, exchange) -> sendPacked(exchange, 201, RUN + " ".repeat(20_000_000)));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_PEER_RESPONSE);
        assertThat(peer.calls).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=nonsense",
                "text/plain; charset=\"",
                "application/x-java-serialized-object"
            })
    void shouldTakeARefusalForOneWhateverItSaysItIs(String type) {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(404, "{\"error\":{\"code\":\"gone\"}}", "Content-Type", type);

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORWARD_REJECTED);
        assertThat(refusal.details().get("remote_error")).hasToString("{\"code\":\"gone\"}");
        assertThat(bench.store.keys().open()).isEmpty();
    }

    @Test
    void shouldTakeARefusalForOneThatIsNotPackedAsItSays() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(404, "no such agent", "Content-Encoding", "gzip");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORWARD_REJECTED);
        assertThat(refusal.details()).containsEntry("remote_error", "no such agent");
        assertThat(peer.calls).hasSize(1);
    }

    @Test
    void shouldTakeARefusalForOneHoweverMuchComesWithIt() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(404, "x".repeat(2 * AnswerBody.MAX_BYTES));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORWARD_REJECTED);
        assertThat(refusal.details().get("remote_error")).isEqualTo("x".repeat(PeerRefusal.MAX_REMOTE_ERROR));
        assertThat(bench.store.keys().open()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one line", "many lines", "trailers"})
    void shouldRefuseAHeadWithoutEnd(String form) {
        // Given
        String lines = "X-Pad: aaaaaaaaaaaaaaaa\r\n".repeat(100_000);
        raw = new RawPeer(
                switch (form) {
                    case "one line" -> WHOLE + "X-Pad: " + "a".repeat(1_000_000) + "\r\n\r\n" + RUN;
                    case "many lines" -> WHOLE + lines + "\r\n" + RUN;
                    default ->
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(RUN.length())
                                + "\r\n" + RUN + "\r\n0\r\n" + lines + "\r\n";
                });
        bench = new ForwardBench(directory, raw.peer("http"));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_PEER_RESPONSE);
        assertThat(refusal.details()).containsEntry("state", "unknown");
    }

    @Test
    void shouldTakeARunAfterAFewInterimAnswers() {
        // Given
        raw = new RawPeer("HTTP/1.1 102 Processing\r\n\r\n".repeat(3) + WHOLE + "\r\n" + RUN);
        bench = new ForwardBench(directory, raw.peer("http"));

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(answer.forwarded().remoteRunId()).isEqualTo("run_1");
    }

    @Test
    void shouldEndAnExchangeOfInterimAnswers() {
        // Given
        raw = new RawPeer("HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000) + WHOLE + "\r\n" + RUN);
        bench = new ForwardBench(directory, raw.peer("http"));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.details()).containsEntry("state", "unknown");
    }

    private static void sendPacked(HttpExchange exchange, int status, String body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(status, packed.size());
        packed.writeTo(exchange.getResponseBody());
        exchange.close();
    }
}
