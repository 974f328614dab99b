package org.agentos.federation.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /** The vector printed in the appendix of the SipHash paper. */
    @Test
    void shouldHashAsTheAlgorithmsAuthorsDo() {
        // Given
        byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

        // When
        long hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).hash(bytes, bytes.length);

        // Then
        assertThat(hash).isEqualTo(0xa129ca6149be45e5L);
    }

    @Property(tries = 200)
    void shouldHashWhateverLengthAsAnotherImplementation(
            @ForAll long key0, @ForAll long key1, @ForAll @Size(max = 40) byte[] bytes) {
        // Given
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 9);
        Arrays.fill(longer, bytes.length, longer.length, (byte) 1);

        // When
        long hash = new SipHash(key0, key1).hash(longer, bytes.length);

        // Then
        assertThat(hash)
                .isEqualTo(Hashing.sipHash24(key0, key1).hashBytes(bytes).asLong());
    }
}
