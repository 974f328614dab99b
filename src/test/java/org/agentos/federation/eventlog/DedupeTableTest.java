package org.agentos.federation.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DedupeTableTest {
    private final DedupeTable table = new DedupeTable();

    @Test
    void shouldFindEveryHashWhileItGrows() {
        // Given
        Map<Long, Position> added = new HashMap<>();
        Random random = new Random(7);

        // When
        for (int i = 1; i <= 10_000; i++) {
            long hash = random.nextLong();
            Position position = new Position(i, i % 3);
            added.put(hash, position);
            table.add(hash, position, i % 2 == 0);
        }

        // Then
        assertThat(table.size()).isEqualTo(10_000);
        added.forEach((hash, position) -> assertThat(table.positionsOf(hash)).containsExactly(position));
        assertThat(random.longs(10_000).filter(table::holds)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 12, 13, 5_000})
    void shouldHoldMoreThanItWasMadeFor(int expected) {
        // Given
        DedupeTable made = DedupeTable.forIds(expected);
        List<Long> hashes = new Random(7).longs(expected + 100L).boxed().toList();

        // When
        for (int i = 0; i < hashes.size(); i++) {
            made.add(hashes.get(i), new Position(i + 1, 0), false);
        }

        // Then
        assertThat(hashes).allMatch(made::holds);
        assertThat(made.size()).isEqualTo(expected + 100);
    }

    @Test
    void shouldTellHowManyIdsFitMemory() {
        // When
        int ids = DedupeTable.idsIn(4_000_000);
        int most = DedupeTable.idsIn(Long.MAX_VALUE);

        // Then
        assertThat(ids).isEqualTo(100_000);
        assertThat(most).isEqualTo(805_306_368); // three quarters of the largest table
    }

    @Test
    void shouldHoldTheHashZero() {
        // Given
        boolean before = table.holds(0);

        // When
        table.add(0, new Position(0, 1), false);

        // Then
        assertThat(before).isFalse();
        assertThat(table.positionsOf(0)).containsExactly(new Position(0, 1));
    }

    @Test
    void shouldKeepBothPositionsOfCollidingIds() {
        // Given
        table.add(42, new Position(1, 0), false);
        table.add(58, new Position(2, 0), false); // the same slot at first

        // When
        table.add(42, new Position(3, 0), false);

        // Then
        assertThat(table.positionsOf(42)).isEqualTo(List.of(new Position(1, 0), new Position(3, 0)));
        assertThat(table.positionsOf(58)).containsExactly(new Position(2, 0));
    }

    @Test
    void shouldTellOnceThatAnEventWasMirrored() {
        // Given
        Position position = new Position(5, 2);
        table.add(1, position, true);
        table.add(2, position, false);

        // When
        boolean first = table.takeMirrored(1, position);
        boolean second = table.takeMirrored(1, position);

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(table.takeMirrored(2, position)).isFalse();
        assertThat(table.takeMirrored(3, position)).isFalse();
        assertThat(table.positionsOf(1)).containsExactly(position);
    }
}
