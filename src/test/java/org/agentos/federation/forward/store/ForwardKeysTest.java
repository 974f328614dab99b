package org.agentos.federation.forward.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.forward.store.ForwardKeys.Claim;
import org.junit.jupiter.api.Test;

class ForwardKeysTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Digest128 RUN = new Digest128(7, 7);
    private final ForwardKeys keys = new ForwardKeys(Duration.ofHours(24), 10);

    @Test
    void shouldLetASecondClaimJoinTheFirstsFlight() {
        // Given
        Claim.Fresh first = (Claim.Fresh) claim(1, NOW);

        // Then
        assertThat(claim(1, NOW)).isEqualTo(new Claim.Joined(first.flight()));
    }

    @Test
    void shouldStartAgainAfterAnAbandonedClaim() {
        // Given
        claim(1, NOW);

        // When
        keys.abandon(scope(1));

        // Then
        assertThat(claim(1, NOW)).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void shouldRepeatAtTheSamePeerAndStayUnknownWhenTheRepeatIsAbandoned() {
        // Given
        leaveUnknown(1);

        // When
        Claim again = claim(1, NOW);
        keys.abandon(scope(1));

        // Then
        assertThat(again).isInstanceOfSatisfying(Claim.Repeated.class, repeated -> assertThat(repeated.stackId())
                .isEqualTo("stk_b"));
        assertThat(claim(1, NOW)).isInstanceOf(Claim.Repeated.class);
    }

    @Test
    void shouldTakeNoMoreForAPeerWithTooManyUnknownEnds() {
        // Given
        for (int i = 0; i < ForwardKeys.MAX_UNKNOWN_PER_PEER; i++) {
            leaveUnknown(i);
        }

        // Then
        assertThat(keys.takesMore("stk_b")).isFalse();
        assertThat(keys.takesMore("stk_c")).isTrue();
        keys.apply(new JournalRecord.Freed(scope(0)));
        assertThat(keys.takesMore("stk_b")).isTrue();
    }

    @Test
    void shouldForgetTheOldestSettledKeysButNoUnknownOneWhenFull() {
        // Given
        leaveUnknown(0);

        // When
        for (int i = 1; i < 100; i++) {
            settle(i);
        }

        // Then
        assertThat(claim(0, NOW)).isInstanceOf(Claim.Repeated.class);
        assertThat(claim(1, NOW)).isInstanceOf(Claim.Fresh.class);
        assertThat(claim(99, NOW)).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    void shouldForgetAnUnknownKeyOnceThePeerHasToo() {
        // Given
        leaveUnknown(1);

        // When
        Claim late = claim(1, NOW.plus(Duration.ofHours(25)));

        // Then
        assertThat(late).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void shouldKnowThatACallUnderAnExpiredKeyIsOfUnknownEnd() {
        // Given
        settle(1);
        Instant later = NOW.plus(Duration.ofHours(25));

        // When
        keys.apply(new JournalRecord.Intent(scope(1), RUN, "tnt_a", "stk_c", later, Optional.empty()));

        // Then
        assertThat(claim(1, later))
                .isInstanceOfSatisfying(Claim.Repeated.class, repeated -> assertThat(repeated.stackId())
                        .isEqualTo("stk_c"));
    }

    @Test
    void shouldKeepTheAnswerWhenAnOldSegmentIsReadAgain() {
        // Given
        settle(1);

        // When
        keys.apply(new JournalRecord.Intent(scope(1), RUN, "tnt_a", "stk_b", NOW, Optional.empty()));

        // Then
        assertThat(claim(1, NOW)).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    void shouldKnowAfterARestartThatACallUnderAnExpiredKeyIsAnotherOne() {
        // Given
        Digest128 other = new Digest128(8, 8);
        Instant later = NOW.plus(Duration.ofHours(25));

        // When
        keys.apply(new JournalRecord.Intent(scope(1), RUN, "tnt_a", "stk_b", NOW, Optional.empty()));
        keys.apply(new JournalRecord.Intent(scope(1), other, "tnt_a", "stk_c", later, Optional.empty()));

        // Then
        assertThat(keys.unknown(later)).hasSize(1);
        assertThat(keys.unknownAt("stk_b")).isZero();
        assertThat(keys.claim(scope(1), other, later))
                .isInstanceOfSatisfying(Claim.Repeated.class, repeated -> assertThat(repeated.stackId())
                        .isEqualTo("stk_c"));
    }

    @Test
    void shouldNotWantToKnowTheEndOfCallsWhoseKeyHasExpired() {
        // Given
        leaveUnknown(1);

        // When / Then
        assertThat(keys.unknown(NOW.plus(Duration.ofHours(23)))).hasSize(1);
        assertThat(keys.unknown(NOW.plus(Duration.ofHours(25)))).isEmpty();
    }

    private Claim claim(int number, Instant at) {
        return keys.claim(scope(number), RUN, at);
    }

    private void leaveUnknown(int number) {
        claim(number, NOW);
        keys.apply(new JournalRecord.Intent(scope(number), RUN, "tnt_a", "stk_b", NOW, Optional.empty()));
        keys.leaveUnknown(scope(number));
    }

    private void settle(int number) {
        claim(number, NOW);
        ForwardEntry entry = new ForwardEntry(
                "tnt_a",
                "run_" + number,
                "stk_b",
                "http://b/e",
                Optional.empty(),
                Optional.empty(),
                NOW,
                "queued",
                NOW);
        keys.apply(new JournalRecord.Started(scope(number), RUN, 1, entry));
    }

    private static Digest128 scope(int number) {
        return new Digest128(1, number);
    }
}
