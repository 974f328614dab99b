package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaRangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json             | application/json                  | true",
                "text/event-stream            | application/json,text/event-stream| true",
                "*/*                          | text/event-stream                 | true",
                "text/*                       | text/event-stream                 | true",
                "application/json;q=0         | application/json                  | false",
                "*/*, text/event-stream;q=0   | text/event-stream                 | false",
                "*/*;q=0, text/event-stream   | text/event-stream                 | true",
                "text/html, image/webp        | application/json                  | false",
                "APPLICATION/JSON; version=1  | application/json                  | true",
                "nonsense                     | application/json                  | true",
            })
    void shouldTellWhatAClientTakes(String accept, String produced, boolean acceptable) {
        assertThat(MediaRange.acceptable(MediaRange.parseList(accept), MediaRange.parseList(produced)))
                .isEqualTo(acceptable);
    }
}
