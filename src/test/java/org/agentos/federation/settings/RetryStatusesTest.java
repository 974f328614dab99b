package org.agentos.federation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryStatusesTest {
    @Test
    void shouldReadNumbersAndRanges() {
        assertThat(RetryStatuses.parse("429, 502-504")).containsExactlyInAnyOrder(429, 502, 503, 504);
        assertThat(RetryStatuses.parse("500-599")).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"400", "404,503", "429-503", "500-600", "504-502", "5xx", "503,", "", "5000"})
    void shouldRefuseWhatIsNeverRepeated(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> RetryStatuses.parse(text));
    }
}
