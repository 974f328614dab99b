package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.http.HeldAnswers.Held;
import org.junit.jupiter.api.Test;

class HeldAnswersTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // such a clock may wrap
    private final List<String> cut = new ArrayList<>();
    private final HeldAnswers answers = new HeldAnswers(100, nanos::get);

    @Test
    void shouldRefuseWhatDoesNotFitBesideAnswersThatMove() {
        // Given
        Held first = hold("first", 60).orElseThrow();
        hold("second", 40);

        // When
        Optional<Held> third = hold("third", 1);

        // Then
        assertThat(third).isEmpty();
        assertThat(cut).isEmpty();
        first.close();
        first.close();
        assertThat(hold("fourth", 60)).isPresent();
        assertThat(answers.bytes()).isEqualTo(100);
    }

    @Test
    void shouldCutThoseThatAreStuckTheLongestAndNoMoreThanNeeded() {
        // Given
        Held moving = hold("moving", 30).orElseThrow();
        hold("stuck", 30);
        pass(1);
        hold("stuck later", 30);
        pass(2);
        moving.moved();

        // When
        Optional<Held> next = hold("next", 40);

        // Then
        assertThat(next).isPresent();
        assertThat(cut).containsExactly("stuck");
        assertThat(hold("another", 30)).isPresent();
        assertThat(cut).containsExactly("stuck", "stuck later");
        assertThat(answers.bytes()).isEqualTo(100);
    }

    @Test
    void shouldTakeOneThatIsLargerThanTheRoomWhenItIsAlone() {
        assertThat(hold("large", 1000)).isPresent();
        assertThat(hold("small", 1)).isEmpty();
    }

    @Test
    void shouldTakeAnAnswerThatMustBeGivenAndCountIt() {
        // Given
        hold("first", 100);

        // When
        Held given = answers.hold(50, false, () -> cut.add("given")).orElseThrow();

        // Then
        assertThat(answers.bytes()).isEqualTo(150);
        given.close();
        assertThat(answers.bytes()).isEqualTo(100);
    }

    private Optional<Held> hold(String name, long bytes) {
        return answers.hold(bytes, true, () -> cut.add(name));
    }

    private void pass(int seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
