package org.agentos.federation.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorCodecTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");
    private static final Cursor CURSOR = new Cursor(new Position(7, 2), 0x01020304);

    private final CursorCodec codec = codec(1, 5);

    @Test
    void shouldWriteTheSameTextInEveryVersionOfTheCode() {
        assertThat(encode(codec, CURSOR)).isEqualTo("AQAAAAAAAAAABQAAAAAAAAAHAAAAAgECAwSnKK1KfxEq9Q");
    }

    @Property(tries = 200)
    void shouldReadWhatItWrote(
            @ForAll @LongRange(min = 0) long sequence,
            @ForAll @IntRange(min = 0) int unsequenced,
            @ForAll int fragment) {
        Cursor cursor = new Cursor(new Position(sequence, unsequenced), Cursor.named(fragment));

        String text = encode(codec, cursor);

        assertThat(text).matches("[A-Za-z0-9_-]{" + RunCursors.LENGTH + "}").hasSizeLessThanOrEqualTo(256);
        assertThat(codec.decode(RUN, text)).isEqualTo(cursor);
    }

    @Test
    void shouldMakeTheStartOfAPlaceThatNamesNoEvent() {
        assertThat(codec.forRun(RUN).encode(Cursor.at(new Position(7, 2))))
                .isEqualTo(codec.forRun(RUN).encode(Cursor.START));
    }

    @Test
    void shouldWriteTheSameIntoAnArray() {
        // Given
        byte[] into = new byte[RunCursors.LENGTH];

        // When
        codec.forRun(RUN).encode(CURSOR.position(), CURSOR.idHash(), into);

        // Then
        assertThat(new String(into, StandardCharsets.US_ASCII)).isEqualTo(encode(codec, CURSOR));
    }

    @Test
    void shouldRefuseACursorOfAnotherRunOrTenantOrSecret() {
        String text = encode(codec, CURSOR);

        assertThat(refusal(codec, new RunKey("tnt_a", "run_2"), text)).isEqualTo(ErrorCode.INVALID_CURSOR);
        assertThat(refusal(codec, new RunKey("tnt_b", "run_1"), text)).isEqualTo(ErrorCode.INVALID_CURSOR);
        assertThat(refusal(codec, new RunKey("tnt_ar", "un_1"), text)).isEqualTo(ErrorCode.INVALID_CURSOR);
        assertThat(refusal(codec(2, 5), RUN, text)).isEqualTo(ErrorCode.INVALID_CURSOR);
    }

    @Test
    void shouldTellAGenuineCursorOfAnotherEpochFromAForgedOne() {
        String text = encode(codec(1, 4), CURSOR);

        assertThat(refusal(codec, RUN, text)).isEqualTo(ErrorCode.CURSOR_EXPIRED);
    }

    @Test
    void shouldRefuseEveryChangeOfASingleCharacter() {
        String text = encode(codec, CURSOR);
        for (int i = 0; i < text.length(); i++) {
            for (char other : "Aa0-_".toCharArray()) {
                String changed = text.substring(0, i) + other + text.substring(i + 1);
                if (!changed.equals(text)) {
                    assertThat(refusal(codec, RUN, changed)).as(changed).isEqualTo(ErrorCode.INVALID_CURSOR);
                }
            }
        }
    }

    @Test
    void shouldRefuseTheSpareBitsOfTheLastCharacter() {
        // Given
        String text = encode(codec, CURSOR);
        char last = text.charAt(text.length() - 1);
        assertThat("AQgw").contains(String.valueOf(last));

        // When
        String changed = text.substring(0, text.length() - 1) + (char) (last + 1);

        // Then
        assertThat(refusal(codec, RUN, changed)).isEqualTo(ErrorCode.INVALID_CURSOR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "not a cursor", "AQAAAAAAAAAABQ==", "ÄÖÜ", "{}"})
    void shouldRefuseWhatIsNoCursor(String text) {
        assertThat(refusal(codec, RUN, text)).isEqualTo(ErrorCode.INVALID_CURSOR);
    }

    @ParameterizedTest
    @ValueSource(ints = {45, 46, 47, 256, 257, 100_000})
    void shouldRefuseAnyLengthOfRubbish(int length) {
        assertThat(refusal(codec, RUN, "A".repeat(length))).isEqualTo(ErrorCode.INVALID_CURSOR);
    }

    private static String encode(CursorCodec codec, Cursor cursor) {
        return codec.encode(RUN, cursor.position(), cursor.idHash());
    }

    private static ErrorCode refusal(CursorCodec codec, RunKey run, String text) {
        return catchThrowableOfType(FederationException.class, () -> codec.decode(run, text))
                .code();
    }

    private static CursorCodec codec(int seed, long epoch) {
        CursorKeys keys = CursorKeys.of(key(seed));
        return new CursorCodec(() -> keys, epoch);
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return key;
    }
}
