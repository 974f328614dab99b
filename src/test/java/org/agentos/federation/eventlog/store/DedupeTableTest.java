package org.agentos.federation.eventlog.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agentos.federation.eventlog.Position;
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
    void shouldTellNewIdsFromKnownOnesWhosePositionsWereGivenUp() {
        // Given
        List<Long> hashes = new Random(7).longs(20_000).boxed().toList();
        List<Long> strange = new Random(8).longs(20_000).boxed().toList();

        // When
        for (int i = 0; i < hashes.size(); i++) {
            table.add(hashes.get(i), new Position(i + 1, 0), false);
            if (i % 3_001 == 0) {
                table.pack(new Position(i + 1, 0));
            }
        }
        table.pack(new Position(hashes.size(), 0));

        // Then
        assertThat(hashes).allMatch(table::holds).allMatch(table::isPacked);
        assertThat(strange).noneMatch(table::holds);
        assertThat(table.size()).isEqualTo(20_000);
        assertThat(table.cost()).isEqualTo(4_000);
        assertThatThrownBy(() -> table.positionsOf(hashes.get(0))).isInstanceOf(IllegalStateException.class);
        assertThat(table.positionsOf(strange.get(0))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldPackHashesOfOneSlotAndOfTheLast(long hash) {
        // Given: all go to one place, and over the end of the table where that is the last
        for (int i = 0; i < 12; i++) {
            table.add(hash, new Position(i + 1, 0), false);
        }
        table.add(5, new Position(20, 0), false);
        table.add(-5, new Position(21, 0), false);

        // When
        table.pack(new Position(21, 0));

        // Then
        assertThat(List.of(hash, 5L, -5L)).allMatch(table::isPacked);
        assertThat(List.of(hash + 2, 6L, -6L)).noneMatch(table::holds);
        assertThat(table.size()).isEqualTo(14);
    }

    @Test
    void shouldTakeOverWhatCameSinceItWasPacked() {
        // Given
        table.add(1, new Position(1, 0), false);
        table.pack(new Position(1, 0));
        table.add(2, new Position(2, 0), true);
        DedupeTable older = DedupeTable.forIds(2);
        older.add(1, new Position(1, 0), false);

        // When
        older.addAll(table);

        // Then
        assertThat(older.positionsOf(1)).containsExactly(new Position(1, 0));
        assertThat(older.positionsOf(2)).containsExactly(new Position(2, 0));
        assertThat(older.takeMirrored(2, new Position(2, 0))).isTrue();
        assertThat(older.isPacked(1)).isFalse();
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
