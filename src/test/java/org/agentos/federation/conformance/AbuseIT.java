package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Sends what src/test/resources/abuse/cases.yaml says, byte for byte, and looks at the answer; then all must be well. */
class AbuseIT {
    private static final Path CASES = Path.of("src/test/resources/abuse/cases.yaml");
    private static final int PATIENCE_MILLIS = 30_000;
    private static final Pattern REPEATED = Pattern.compile("\\$\\{(.+?)\\*(\\d+)}", Pattern.DOTALL);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b")
            .environment("AGENTOS_FED_HTTP_HEADER_TIMEOUT", "1s")
            .environment("AGENTOS_FED_HTTP_IDLE_TIMEOUT", "2s");

    @BeforeAll
    static void storeARun() {
        GATEWAY.store(Sample.envelope("run_abuse", 1));
    }

    static Stream<Arguments> cases() throws IOException {
        List<?> cases = (List<?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(CASES));
        return cases.stream().map(Map.class::cast).map(each -> Arguments.of(each.get("name"), each));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldAnswerAbuseAsItSays(String name, Map<String, Object> abuse) throws IOException {
        // When
        String answer = send(bytes(abuse));

        // Then
        int status = (Integer) abuse.get("status");
        if (status == 0) {
            assertThat(answer).isEmpty();
        } else {
            assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        }
        if (abuse.containsKey("code")) {
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            assertThat(Json.parse(body).at("/error/code").asText()).as(answer).isEqualTo(abuse.get("code"));
        }
        if (abuse.containsKey("never")) {
            assertThat(answer).doesNotContain((String) abuse.get("never"));
        }
        assertThat(GATEWAY.http().get("/v1/federation/health").send().status()).isEqualTo(200);
        assertThat(GATEWAY.peerOf("stk_b").requests()).as("what reached a peer").isEmpty();
    }

    private static byte[] bytes(Map<String, Object> abuse) {
        String body = expanded((String) abuse.getOrDefault("body", ""));
        StringBuilder text = new StringBuilder();
        if (abuse.containsKey("head")) {
            ((List<?>) abuse.get("head")).forEach(line -> text.append(line).append("\r\n"));
            String head = expanded(text.toString());
            text.setLength(0);
            text.append(head);
            if (!body.isEmpty() && !head.contains("Content-Length") && !head.contains("Transfer-Encoding")) {
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            text.append(abuse.containsKey("open") ? "" : "\r\n");
        }
        return text.append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String expanded(String text) {
        return REPEATED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }

    /** One answer, or nothing when the connection is closed without one. */
    private static String send(byte[] bytes) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), GATEWAY.baseUrl().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
