package org.agentos.federation.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
    private static final CursorKeys KEYS = CursorKeys.of(new byte[32]);
    private static final Cursor AT = new Cursor(new Position(3, 0), 17);

    private final RunCursors cursors = new CursorCodec(() -> KEYS, 1).forRun(new RunKey("tnt_a", "run_1"));
    private final FrameWriter frames = new FrameWriter(cursors);
    private final Buffer out = Buffer.buffer();

    @Test
    void shouldOpenWithARetryAndThePosition() {
        frames.open(out, new FixedRandom(2000), AT);

        assertThat(out.toString()).isEqualTo("retry: 2000\nid: " + cursors.encode(AT) + "\n\n");
    }

    @Test
    void shouldDrawTheRetryFromTheWholeRange() {
        for (int drawn : new int[] {1500, 3000}) {
            Buffer opening = Buffer.buffer();

            frames.open(opening, new FixedRandom(drawn), AT);

            assertThat(opening.toString()).startsWith("retry: " + drawn + "\n");
        }
    }

    @Test
    void shouldKeepTheProducersBytes() {
        // Given
        byte[] body = "[{ \"event\" : {\"x\":\"ä\\u00e4 \"} },]".getBytes(UTF_8);
        ByteSlice envelope = new ByteSlice(body, 1, body.length - 3);

        // When
        frames.event(out, new StoredEvent(AT.position(), AT.idHash(), envelope));

        // Then
        assertThat(out.toString())
                .isEqualTo("event: agentos.event\nid: " + cursors.encode(AT)
                        + "\ndata: { \"event\" : {\"x\":\"ä\\u00e4 \"} }\n\n");
        assertThat(out.length()).isEqualTo(FrameWriter.EVENT_OVERHEAD + envelope.length());
    }

    @Test
    void shouldWriteBothHeartbeats() {
        frames.heartbeat(out);
        frames.heartbeat(out, AT);

        assertThat(out.toString()).isEqualTo(": hb\n\nid: " + cursors.encode(AT) + "\n: hb\n\n");
    }

    @Test
    void shouldWriteGapEndAndError() {
        frames.gap(out, "{\"a\":1}".getBytes(UTF_8));
        frames.end(out, "{\"b\":2}".getBytes(UTF_8));
        FrameWriter.error(out, "{\"c\":3}".getBytes(UTF_8));

        assertThat(out.toString()).isEqualTo("""
                        event: agentos.gap
                        data: {"a":1}

                        event: agentos.end
                        data: {"b":2}

                        event: agentos.error
                        data: {"c":3}

                        """);
    }

    /** Draws what the test wants, if it lies within the bounds asked for. */
    private static final class FixedRandom extends Random {
        private final int drawn;

        private FixedRandom(int drawn) {
            this.drawn = drawn;
        }

        @Override
        public int nextInt(int from, int to) {
            assertThat(drawn).isGreaterThanOrEqualTo(from).isLessThan(to);
            return drawn;
        }
    }
}
