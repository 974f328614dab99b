package org.agentos.federation.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;

class CursorKeysTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");
    private static final Cursor CURSOR = new Cursor(new Position(7, 0), 5);

    private CursorKeys keys = CursorKeys.of(secret(1));
    private final CursorCodec codec = new CursorCodec(() -> keys, 9);
    private final RunCursors openStream = codec.forRun(RUN);

    @Test
    void shouldSignWithTheNewKeyAndVerifyTheOld() {
        // Given
        String before = codec.encode(RUN, CURSOR.position(), CURSOR.idHash());

        // When
        keys = keys.rotated(secret(2), false);
        String after = openStream.encode(CURSOR);

        // Then
        assertThat(after).isNotEqualTo(before).startsWith("AQE"); // version 1, key 1
        assertThat(before).startsWith("AQA");
        assertThat(openStream.decode(before)).isEqualTo(CURSOR);
        assertThat(openStream.decode(after)).isEqualTo(CURSOR);
    }

    @Test
    void shouldForgetTheOldestKeyBeyondTheBound() {
        // Given
        String first = openStream.encode(CURSOR);
        for (int rotation = 1; rotation < CursorKeys.MAX_KEPT; rotation++) {
            keys = keys.rotated(secret(1 + rotation), false);
        }
        String second = new CursorCodec(() -> CursorKeys.of(secret(1)).rotated(secret(2), false), 9)
                .forRun(RUN)
                .encode(CURSOR);
        assertThat(openStream.decode(first)).isEqualTo(CURSOR);

        // When
        keys = keys.rotated(secret(99), false);

        // Then
        assertThat(refusal(first)).isEqualTo(ErrorCode.INVALID_CURSOR);
        assertThat(openStream.decode(second)).isEqualTo(CURSOR);
        assertThat(keys.count()).isEqualTo(CursorKeys.MAX_KEPT);
    }

    @Test
    void shouldForgetAllOlderKeysWhenTheyAreRevoked() {
        // Given
        String before = openStream.encode(CURSOR);

        // When
        keys = keys.rotated(secret(2), true);

        // Then
        assertThat(refusal(before)).isEqualTo(ErrorCode.INVALID_CURSOR);
        assertThat(openStream.decode(openStream.encode(CURSOR))).isEqualTo(CURSOR);
    }

    @Test
    void shouldPinTheStoredForms() {
        // Given
        CursorKeys first = CursorKeys.decode(secret(1));

        // When
        byte[] stored = first.rotated(secret(2), false).encode();

        // Then
        assertThat(first.newestId()).isZero();
        assertThat(HexFormat.of().formatHex(stored)).isEqualTo("01" + "01" + "02".repeat(32) + "00" + "01".repeat(32));
        assertThat(CursorKeys.decode(stored).encode()).isEqualTo(stored);
        assertThatThrownBy(() -> CursorKeys.decode(new byte[34]))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessageContaining("cursor keys");
    }

    @Test
    void shouldGiveTheIdAfterTheLastToTheFirst() {
        for (int rotation = 1; rotation <= 256; rotation++) {
            keys = keys.rotated(secret(rotation), false);
            assertThat(openStream.decode(openStream.encode(CURSOR))).isEqualTo(CURSOR);
        }

        assertThat(keys.newestId()).isZero();
        assertThat(CursorKeys.decode(keys.encode()).newestId()).isZero();
    }

    private ErrorCode refusal(String text) {
        return catchThrowableOfType(FederationException.class, () -> openStream.decode(text))
                .code();
    }

    private static byte[] secret(int fill) {
        byte[] secret = new byte[CursorKeys.KEY_BYTES];
        Arrays.fill(secret, (byte) fill);
        return secret;
    }
}
