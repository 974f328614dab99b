package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.trust.BodyAuth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardRequestTest {
    @Test
    void shouldTellAllProblemsAtOnce() {
        // When
        FederationException refusal = refusal("{\"forward\":{\"target_selector\":{\"required_capabilities\":[1]},"
                + "\"auth\":{\"tenant_id\":\"a\\u0007b\",\"principal\":\"x\"},"
                + "\"run_request\":{\"idempotency_key\":\"" + "k".repeat(257) + "\"}}}");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details().get("problems"))
                .isEqualTo(List.of(
                        "forward.target_selector.required_capabilities[0] is not a string",
                        "forward.target_selector names no stack_id, region or required_capabilities to choose a peer by",
                        "forward.auth.tenant_id contains a control character",
                        "forward.auth.principal is not an object",
                        "forward.run_request.agent_id is required",
                        "forward.run_request.idempotency_key is longer than 256 characters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"forward\":{}} x", "{\"forward\":\"\\ud800\",}", "nul"})
    void shouldRefuseWhatIsNotJson(String body) {
        assertThat(refusal(body).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "{}", "{\"forward\":[]}", "{\"forward\":{}}"})
    void shouldRefuseJsonOfAnotherShape(String body) {
        assertThat(refusal(body).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void shouldRefuseOtherEncodingsThanUtf8() {
        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class,
                () -> ForwardRequest.parse(ForwardBench.BODY.getBytes(StandardCharsets.UTF_16LE)));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "x-UTF-16LE-BOM", "X-UTF-32LE-BOM"})
    void shouldRefuseOtherEncodingsThatAreMarked(String encoding) throws Exception {
        // Given
        byte[] body = ForwardBench.BODY.getBytes(encoding);

        // When
        FederationException refusal = catchThrowableOfType(FederationException.class, () -> ForwardRequest.parse(body));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void shouldPassOnABodyThatIsMarkedAsUtf8() {
        // When
        ForwardRequest request = ForwardRequest.parse(("\ufeff" + ForwardBench.BODY).getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(new String(request.run().toPeer("key_1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"input\":{\"q\": 1.0},\"idempotency_key\":\"key_1\"}");
    }

    @Test
    void shouldCompareNumbersOfAnySize() {
        assertThat(digestWith("1000e2147483647"))
                .isEqualTo(digestWith("10000e2147483646"))
                .isNotEqualTo(digestWith("1000e2147483646"))
                .isNotEqualTo(digestWith("-1000e2147483647"));
    }

    @Test
    void shouldRefuseANumberThatNobodyCanRead() {
        assertThat(refusal(ForwardBench.body("agt_plan", ",\"context\":1e99999999999"))
                        .code())
                .isEqualTo(ErrorCode.INVALID_JSON);
    }

    private static Digest128 digestWith(String number) {
        String body = ForwardBench.body("agt_plan", ",\"context\":" + number);
        return ForwardRequest.parse(body.getBytes(StandardCharsets.UTF_8)).runDigest();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"principal\":{\"principal_id\":\"new\"},\"principal_id\":\"old\"} | new",
                "{\"principal_id\":\"old\"} | old",
                "{\"principal\":{}} | -",
                "{} | -"
            })
    void shouldReadBothFormsOfThePrincipal(String auth, String principal) {
        // When
        BodyAuth read = peek("{\"forward\":{\"auth\":" + auth + "}}");

        // Then
        assertThat(read.principalId().orElse("-")).isEqualTo(principal);
    }

    @Test
    void shouldPeekWithoutJudging() {
        assertThat(peek("{\"forward\":{\"auth\":{\"tenant_id\":\"t\",\"scopes\":[\"a\",1]}}}"))
                .isEqualTo(new BodyAuth(Optional.of("t"), Optional.empty(), Optional.of(Set.of("a"))));
        assertThat(peek("{")).isEqualTo(BodyAuth.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"agent_id\":\"a\"} | {\"idempotency_key\":\"k\"}",
                "{ \"x\" : 1.50 , \"agent_id\":\"a\", \"y\":[ {} ]} | {\"x\" : 1.50,\"y\":[ {} ],\"idempotency_key\":\"k\"}",
                "{\"agent_id\":\"a\",\"idempotency_key\":null,\"s\":\"\\u00e9é\\\"\"} | {\"s\":\"\\u00e9é\\\"\",\"idempotency_key\":\"k\"}",
                "{\"idempotency_key\":\"k\",\"agent_id\":\"a\",\"z\":true} | {\"idempotency_key\":\"k\",\"z\":true}"
            })
    void shouldPassMembersOnByteForByte(String runRequest, String sent) {
        // Given
        String body = "{\"forward\":{\"target_selector\":{\"stack_id\":\"s\"},\"auth\":{},\"run_request\":" + runRequest
                + "}}";

        // When
        byte[] toPeer = ForwardRequest.parse(bytes(body)).run().toPeer("k");

        // Then
        assertThat(new String(toPeer, StandardCharsets.UTF_8)).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":[1,2]} | { \"b\" : [1.0, 2e0], \"a\" : 1 } | true",
                "{\"a\":\"1\"} | {\"a\":1} | false",
                "{\"a\":[1,2]} | {\"a\":[2,1]} | false",
                "{\"a\":null} | {} | false",
                "{\"a\":null} | {\"a\":\"null\"} | false",
                "{\"a\":-0} | {\"a\":0.0} | true",
                "{\"a\":[[],1]} | {\"a\":[[1]]} | false"
            })
    void shouldCompareRequestsAsJsonValues(String one, String other, boolean same) throws Exception {
        assertThat(digest(one).equals(digest(other))).isEqualTo(same);
    }

    @Test
    void shouldTakeTheKeyFromBodyThenHeaderThenMakeOne() {
        // Given
        IdempotencyKey keys = new IdempotencyKey(new Random(1));

        // Then
        assertThat(keys.choose(Optional.of("b"), Optional.empty())).isEqualTo("b");
        assertThat(keys.choose(Optional.of("b"), Optional.of("\"b\""))).isEqualTo("b");
        assertThat(keys.choose(Optional.empty(), Optional.of("\"a\\\"b\""))).isEqualTo("a\"b");
        assertThat(keys.choose(Optional.empty(), Optional.empty())).matches("fwd_[0-9a-f]{32}");
    }

    @ParameterizedTest
    @CsvSource({"b, c", "b, \"\"", "'', 'x\u0007'"})
    void shouldRefuseAKeyHeaderThatDiffersOrIsUnfit(String body, String header) {
        // Given
        Optional<String> inBody = body.isEmpty() ? Optional.empty() : Optional.of(body);

        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class, () -> new IdempotencyKey(new Random(1)).choose(inBody, Optional.of(header)));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private static BodyAuth peek(String body) {
        return ForwardAuth.peek(ParsedBody.of(bytes(body)));
    }

    private static Digest128 digest(String json) throws Exception {
        return new JsonDigest().add(ForwardJson.read(bytes(json))).finish();
    }

    private static FederationException refusal(String body) {
        return catchThrowableOfType(FederationException.class, () -> ForwardRequest.parse(bytes(body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
