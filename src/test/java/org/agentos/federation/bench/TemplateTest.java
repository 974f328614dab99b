package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private final Template template =
            new Template("a" + Template.place(3) + "b" + Template.place(2) + "c" + Template.place(1));

    @Test
    void shouldFillEachPlaceWithItsNumber() {
        assertThat(text(template.with(123, 45, 6))).isEqualTo("a123b45c6");
    }

    @Test
    void shouldLeaveNothingOfAnEarlierNumber() {
        // Given
        template.with(123, 45, 6);

        // When
        byte[] later = template.with(7, 8, 9);

        // Then
        assertThat(text(later)).isEqualTo("a007b08c9");
    }

    @Test
    void shouldRefuseAnotherCountOfNumbers() {
        assertThatThrownBy(() -> template.with(1, 2)).hasMessage("2 numbers for 3 places");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
