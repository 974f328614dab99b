package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceparentTest {

    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, true",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00, true",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later, true",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later, false",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, false",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01, false",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01, false",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01, false",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331, false",
        "00-...-...-01, false",
        "'', false"
    })
    void shouldKeepOnlyWhatNamesTraceAndParent(String value, boolean valid) {
        assertThat(Traceparent.valid(value).isPresent()).isEqualTo(valid);
    }

    @Test
    void shouldMakeValidOnes() {
        assertThat(Traceparent.valid(Traceparent.random(new Random(7)))).isPresent();
    }
}
