package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl!    | bad token [token]!",
                "cut eyJhbGciOiJFUzI1NiJ9.eyJzdWIi                               | cut [token]",
                "Authorization: Bearer opaque-token-1, sorry                     | Authorization: [token] sorry",
                "{\"was\":\"bearer abcdefgh/12\"}                                | {\"was\":\"[token]\"}",
                "the bearer of bad news                                          | the bearer of bad news",
                "no token here                                                   | no token here"
            })
    void shouldTakeTokensOut(String text, String expected) {
        assertThat(TokenText.removed(text)).isEqualTo(expected);
    }

    /** Every third character could begin a token, and none does. */
    @Test
    void shouldLookAtTheBeginningOfALongTextOnly() {
        assertThat(TokenText.removed("eyJ".repeat(350_000))).hasSize(TokenText.MAX_LENGTH);
    }
}
