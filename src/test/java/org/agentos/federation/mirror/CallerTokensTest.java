package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.Test;

class CallerTokensTest {
    private static final Peer PEER = MirrorFixture.peer(URI.create("https://stk-b.example"), true, Peer.Token.CALLER);
    private static final CallerTokens.Key KEY = new CallerTokens.Key("stk_b", "tnt_a", "usr_p");

    private final ManualTimers time = new ManualTimers();
    private final CallerTokens tokens = new CallerTokens(time);

    @Test
    void shouldKeepTheNewestForItsPeerTenantAndPrincipalOnly() {
        // When
        tokens.offer(PEER, MirrorFixture.caller("Bearer 1"));
        tokens.offer(PEER, MirrorFixture.caller("Bearer 2"));

        // Then
        assertThat(tokens.newest(KEY)).hasValue("Bearer 2");
        assertThat(tokens.newest(new CallerTokens.Key("stk_c", "tnt_a", "usr_p")))
                .isEmpty();
        assertThat(tokens.newest(new CallerTokens.Key("stk_b", "tnt_b", "usr_p")))
                .isEmpty();
        assertThat(tokens.newest(new CallerTokens.Key("stk_b", "tnt_a", "usr_q")))
                .isEmpty();
    }

    @Test
    void shouldNotKeepTokensForAPeerThatTakesNone() {
        // When
        tokens.offer(MirrorFixture.peer(PEER.baseUrl(), true, Peer.Token.NONE), MirrorFixture.caller("Bearer 1"));

        // Then
        assertThat(tokens.newest(KEY)).isEmpty();
    }

    @Test
    void shouldForgetATokenAtItsOwnEnd() {
        // Given
        tokens.offer(PEER, MirrorFixture.caller(jwt(Duration.ofMinutes(5))));

        // When
        time.advance(Duration.ofSeconds(299));
        assertThat(tokens.newest(KEY)).isPresent();
        time.advance(Duration.ofSeconds(1));

        // Then
        assertThat(tokens.newest(KEY)).isEmpty();
    }

    @Test
    void shouldNotTakeAnExpiredTokenForNews() {
        // Given
        tokens.offer(PEER, MirrorFixture.caller("Bearer opaque"));

        // When
        tokens.offer(PEER, MirrorFixture.caller(jwt(Duration.ofSeconds(-1))));

        // Then
        assertThat(tokens.newest(KEY)).hasValue("Bearer opaque");
    }

    @Test
    void shouldForgetAnOpaqueTokenAfterAnHour() {
        // Given
        tokens.offer(PEER, MirrorFixture.caller("Bearer opaque"));

        // When
        time.advance(Duration.ofHours(1));

        // Then
        assertThat(tokens.newest(KEY)).isEmpty();
    }

    @Test
    void shouldDropOnlyTheTokenThatWasRefused() {
        // Given
        tokens.offer(PEER, MirrorFixture.caller("Bearer 2"));

        // When
        tokens.drop(KEY, "Bearer 1");
        assertThat(tokens.newest(KEY)).isPresent();
        tokens.drop(KEY, "Bearer 2");

        // Then
        assertThat(tokens.newest(KEY)).isEmpty();
    }

    @Test
    void shouldWakeOnceUnlessCalledOff() {
        // Given
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        tokens.whenOffered(KEY, first::incrementAndGet);
        tokens.whenOffered(KEY, second::incrementAndGet).run();

        // When
        tokens.offer(PEER, MirrorFixture.caller("Bearer 1"));
        tokens.offer(PEER, MirrorFixture.caller("Bearer 2"));

        // Then
        assertThat(first).hasValue(1);
        assertThat(second).hasValue(0);
    }

    @Test
    void shouldWakeAtOnceWhenATokenCameInTheMeantime() {
        // Given
        AtomicInteger woken = new AtomicInteger();
        tokens.offer(PEER, MirrorFixture.caller("Bearer 1"));

        // When
        tokens.whenOffered(KEY, woken::incrementAndGet);

        // Then
        assertThat(woken).hasValue(1);
    }

    private String jwt(Duration left) {
        Date end = Date.from(time.instant().plus(left));
        return "Bearer "
                + new PlainJWT(new JWTClaimsSet.Builder().expirationTime(end).build()).serialize();
    }
}
