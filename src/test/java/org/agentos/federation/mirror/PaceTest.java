package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.agentos.federation.mirror.Outcome.Kind;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.MirrorSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaceTest {
    private static final MirrorSettings SETTINGS = new MirrorSettings(
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            4,
            Duration.ofSeconds(60),
            Duration.ofHours(1),
            100,
            100,
            100,
            100);

    private final Pace pace = pace(Peer.Mirror.DEFAULT);

    @Test
    void shouldRetryWithinASecondAndDoubleUpToTheLimit() {
        for (int expected : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            // When
            pace.after(Outcome.failed(Kind.CUT, "connection_cut"));

            // Then
            assertThat(pace.next()).isBetween(Duration.ofMillis(expected * 500L), Duration.ofSeconds(expected));
        }
    }

    @Test
    void shouldSlowDownFasterForAPeerThatAnsweredWithNothingNew() {
        for (int expected : new int[] {1, 4, 16, 30, 30}) {
            // When
            pace.after(Outcome.failed(Kind.ENDED, ""));

            // Then
            assertThat(pace.next()).isBetween(Duration.ofMillis(expected * 500L), Duration.ofSeconds(expected));
        }
    }

    @Test
    void shouldStartAnewAfterAnythingNew() {
        // Given
        for (int i = 0; i < 10; i++) {
            pace.after(Outcome.failed(Kind.ENDED, ""));
        }
        assertThat(pace.exhausted()).isTrue();

        // When
        pace.after(new Outcome(Kind.CUT, "connection_cut", 1, Optional.empty(), Optional.empty()));

        // Then
        assertThat(pace.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(pace.exhausted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNREACHABLE", "BUSY"})
    void shouldTakeTheSlowestPaceOnceThePeerGaveNoStreamThreeTimes(Kind trouble) {
        // When
        for (int i = 0; i < 3; i++) {
            assertThat(pace.next()).isLessThanOrEqualTo(Duration.ofSeconds(2));
            pace.after(Outcome.failed(trouble, "x"));
        }

        // Then
        assertThat(pace.next()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
        assertThat(pace.unreachable()).isTrue();
    }

    @Test
    void shouldTakeARenewalForNoTry() {
        // Given
        pace.after(Outcome.failed(Kind.CUT, "idle"));

        // When
        pace.after(Outcome.failed(Kind.RENEWED, ""));

        // Then
        assertThat(pace.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(pace.exhausted()).isFalse();
    }

    @Test
    void shouldForgetAnOutageWhenAConnectionBringsSomethingAndIsRenewed() {
        // Given
        for (int i = 0; i < 10; i++) {
            pace.after(Outcome.failed(Kind.UNREACHABLE, "connect_failed"));
        }

        // When
        pace.after(new Outcome(Kind.RENEWED, "", 1, Optional.empty(), Optional.empty()));

        // Then
        assertThat(pace.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(pace.unreachable()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CUT", "UNREACHABLE", "BUSY", "UNAUTHORIZED", "NOT_STORED"})
    void shouldNotTakeTroubleForTheEnd(Kind trouble) {
        // When
        for (int i = 0; i < 10; i++) {
            pace.after(Outcome.failed(trouble, "x"));
        }

        // Then
        assertThat(pace.exhausted()).isFalse();
    }

    @Test
    void shouldFollowWhatThePeerIsConfiguredTo() {
        // Given
        Pace own = pace(new Peer.Mirror(true, OptionalInt.of(2), OptionalInt.of(1500)));

        // When
        own.after(Outcome.failed(Kind.ENDED, ""));
        own.after(Outcome.failed(Kind.REFUSED, "http_404"));

        // Then
        assertThat(own.exhausted()).isTrue();
        assertThat(own.slowest()).isBetween(Duration.ofMillis(750), Duration.ofMillis(1500));
        assertThat(own.next()).isLessThanOrEqualTo(Duration.ofMillis(1500));
    }

    private static Pace pace(Peer.Mirror peer) {
        return new Pace(SETTINGS, peer, new Random(3));
    }
}
