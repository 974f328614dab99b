package org.agentos.federation.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.eventlog.CursorKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketCodecTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final Ticket TICKET = new Ticket(
            "tnt_a",
            Optional.of("prn_a"),
            "run_a",
            Optional.of("https://app.example"),
            Instant.parse("2026-01-02T03:04:05.678Z"));

    private final TicketCodec codec = codec(SECRET);

    private static TicketCodec codec(byte[] secret) {
        return new TicketCodec(() -> CursorKeys.of(secret));
    }

    @Test
    void shouldOpenWhatWasSealedBeforeARestart() {
        assertThat(codec.open(codec(SECRET).seal(TICKET))).contains(TICKET);
    }

    @Test
    void shouldKeepWhatIsNotThere() {
        Ticket bare = new Ticket("tnt_a", Optional.empty(), "run_a", Optional.empty(), TICKET.expires());
        assertThat(codec.open(codec.seal(bare))).contains(bare);
    }

    @Test
    void shouldCarryTheLongestIds() {
        Ticket longest = new Ticket(
                "\uffff".repeat(256),
                Optional.of("\"".repeat(256)),
                "\ud83d\ude00".repeat(128),
                Optional.of("https://" + "a".repeat(292)),
                TICKET.expires());
        assertThat(codec.open(codec.seal(longest))).contains(longest);
    }

    @Test
    void shouldBeFitForAnUrlAndTellNothing() {
        String text = codec.seal(TICKET);
        assertThat(text).matches("[A-Za-z0-9._-]+");
        for (String part : text.split("\\.", -1)) {
            assertThat(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.ISO_8859_1))
                    .doesNotContain("tnt_a", "prn_a", "run_a", "app.example");
        }
        assertThat(codec.seal(TICKET)).isNotEqualTo(text);
    }

    @Test
    void shouldRefuseEveryChange() {
        String text = codec.seal(TICKET);
        for (int at = 0; at < text.length(); at++) {
            char other = text.charAt(at) == 'A' ? 'Q' : 'A';
            String changed = text.substring(0, at) + other + text.substring(at + 1);
            if (!sameBits(text, changed)) {
                assertThat(codec.open(changed)).as(changed).isEmpty();
            }
        }
    }

    /** The last character of a base64url part may have bits that mean nothing. */
    private static boolean sameBits(String text, String changed) {
        String[] one = text.split("\\.", -1);
        String[] other = changed.split("\\.", -1);
        for (int i = 0; i < one.length; i++) {
            if (other.length != one.length
                    || !java.util.Arrays.equals(
                            new com.nimbusds.jose.util.Base64URL(one[i]).decode(),
                            new com.nimbusds.jose.util.Base64URL(other[i]).decode())) {
                return false;
            }
        }
        return true;
    }

    @Test
    void shouldRefuseWhatAnotherGatewaySealed() {
        byte[] otherSecret = SECRET.clone();
        otherSecret[0]++;
        assertThat(codec.open(codec(otherSecret).seal(TICKET))).isEmpty();
    }

    @Test
    void shouldOpenWhatAnOlderKeySealedUntilThatIsRevoked() {
        AtomicReference<CursorKeys> keys = new AtomicReference<>(CursorKeys.of(SECRET));
        TicketCodec rotating = new TicketCodec(keys::get);
        String older = rotating.seal(TICKET);

        keys.set(keys.get().rotated(new byte[32], false));
        String newer = rotating.seal(TICKET);
        assertThat(rotating.open(older)).contains(TICKET);
        assertThat(rotating.open(newer)).contains(TICKET);
        assertThat(codec.open(newer)).isEmpty();

        keys.set(keys.get().rotated(new byte[32], true));
        assertThat(rotating.open(older)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "....",
                "no ticket",
                "eyJhbGciOiJub25lIn0.e30.",
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....",
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0..AAAAAAAAAAAAAAAAAAAAAA.AAAA.AAAA"
            })
    void shouldRefuseWhatIsNoTicket(String text) {
        assertThat(codec.open(text)).isEmpty();
    }

    @Test
    void shouldNotReadEndlessText() {
        assertThat(codec.open("A".repeat(1 << 20))).isEmpty();
    }
}
