package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

    @Test
    void shouldTakeWhatIsFit() {
        // When
        RequestIds ids = ids("X-Request-Id", "Req.1_a:b-c", "X-Correlation-Id", "c".repeat(128));

        // Then
        assertThat(ids).isEqualTo(new RequestIds("Req.1_a:b-c", "c".repeat(128)));
    }

    @Test
    void shouldCorrelateByTheRequestIdWithoutACorrelationId() {
        assertThat(ids("X-Request-Id", "r1").correlationId()).isEqualTo("r1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "a\tb", "\"x\""})
    void shouldReplaceWhatIsNot(String unfit) {
        // When
        RequestIds ids = ids("X-Request-Id", unfit, "X-Correlation-Id", unfit);

        // Then
        assertThat(ids.requestId()).matches("req_[a-z2-7]{16}");
        assertThat(ids.correlationId()).isEqualTo(ids.requestId());
    }

    @Test
    void shouldReplaceWhatIsTooLong() {
        assertThat(ids("X-Request-Id", "a".repeat(129)).requestId()).startsWith("req_");
    }

    @Test
    void shouldNotGenerateTheSameIdTwice() {
        // Given
        Random random = new Random(1);
        MultiMap none = MultiMap.caseInsensitiveMultiMap();

        // Then
        assertThat(RequestIds.of(none, random)).isNotEqualTo(RequestIds.of(none, random));
    }

    private static RequestIds ids(String... headers) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        return RequestIds.of(map, new Random(1));
    }
}
