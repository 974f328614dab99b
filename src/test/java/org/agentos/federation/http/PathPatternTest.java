package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/runs:forward,          /v1/runs:forward,       ''",
        "/v1/runs:forward,          /v1/runs%3Aforward,     ''",
        "/v1/runs/{id},             /v1/runs/a:b,           a:b",
        "/v1/runs/{id},             /v1/runs/a%2Fb,         a/b",
        "/v1/runs/{id},             /v1/runs/a+b,           a+b",
        "/v1/runs/{id},             /v1/runs/%C3%A4%20x,    ä x",
        "/v1/runs/{id}:cancel,      /v1/runs/r1:cancel,     r1",
        "/v1/runs/{id}:cancel,      /v1/runs/a:b:cancel,    a:b",
        "/v1/runs/{id}/events,      /v1/runs/../events,     ..",
    })
    void shouldMatch(String pattern, String path, String value) {
        // When
        List<String> values = PathPattern.of(pattern, false).match(PathPattern.split(path));

        // Then
        assertThat(values).isEqualTo(value.isEmpty() ? List.of() : List.of(value));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/runs:forward,      /v1/runs",
        "/v1/runs:forward,      /v1/runsX",
        "/v1/runs:forward,      /v1/runs:other",
        "/v1/runs:forward,      /v1/runs:forward/",
        "/v1/runs/{id},         /v1/runs/",
        "/v1/runs/{id},         /v1/runs/a/b",
        "/v1/runs/{id}:cancel,  /v1/runs/:cancel",
        "/v1/runs/{id}:cancel,  /v1/runs/r1%3Acancel",
    })
    void shouldNotMatch(String pattern, String path) {
        assertThat(PathPattern.of(pattern, false).match(PathPattern.split(path)))
                .isNull();
    }

    @Test
    void shouldMatchLongerPathsWhenAPrefix() {
        // Given
        PathPattern pattern = PathPattern.of("/docs", true);

        // Then
        assertThat(pattern.match(PathPattern.split("/docs/a/b"))).isEmpty();
        assertThat(pattern.match(PathPattern.split("/docsX"))).isNull();
    }

    @Test
    void shouldPutTheMoreSpecificFirst() {
        // Given
        List<String> paths = List.of("/runs/{id}", "/runs/{id}:cancel", "/runs/latest", "/{any}/latest");

        // When
        Stream<String> sorted =
                paths.stream().map(path -> PathPattern.of(path, false)).sorted().map(PathPattern::toString);

        // Then
        assertThat(sorted).containsExactly("/runs/latest", "/runs/{id}:cancel", "/runs/{id}", "/{any}/latest");
    }

    @Test
    void shouldBeEqualWhateverTheParametersAreCalled() {
        assertThat(PathPattern.of("/runs/{a}", false)).isEqualTo(PathPattern.of("runs/{b}", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%C3", "%C3%28", "%ED%A0%80", "a%00b", "%0A", "%7F"})
    void shouldRefuseWhatIsNoId(String segment) {
        // Given
        PathPattern pattern = PathPattern.of("/runs/{id}", false);

        // Then
        assertThatThrownBy(() -> pattern.match(PathPattern.split("/runs/" + segment)))
                .isInstanceOfSatisfying(
                        FederationException.class,
                        refusal -> assertThat(refusal.code().wireName()).isEqualTo("invalid_request"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/runs/{a}{b}", "/runs/{", "/runs/}", "/runs/{}"})
    void shouldRefuseAPatternItCannotKeep(String path) {
        assertThatThrownBy(() -> PathPattern.of(path, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path);
    }
}
