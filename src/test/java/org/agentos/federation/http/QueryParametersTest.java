package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;

class QueryParametersTest {

    @Test
    void shouldDecodeNamesAndValuesAndTellRepeatedOnes() {
        // When
        QueryParameters query = QueryParameters.parse("a=1&b%20c=x+y%26z&a=2&empty=&flag&&=v");

        // Then
        assertThat(query.first())
                .containsExactly(
                        entry("a", "1"), entry("b c", "x y&z"), entry("empty", ""), entry("flag", ""), entry("", "v"));
        assertThat(query.repeated()).containsExactly("a");
    }

    @Test
    void shouldBeEmptyWithoutAQuery() {
        assertThat(QueryParameters.parse(null).first()).isEmpty();
        assertThat(QueryParameters.parse("").first()).isEmpty();
    }

    @Test
    void shouldRefuseMalformedEscapes() {
        assertThatThrownBy(() -> QueryParameters.parse("cursor=%G1")).isInstanceOf(FederationException.class);
    }
}
