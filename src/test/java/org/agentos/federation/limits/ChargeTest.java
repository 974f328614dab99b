package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Rate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request takes of several limits is all of it, or nothing. */
class ChargeTest {
    private static final Rate RATE = new Rate(1, 100);

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime();
    private final Places places = new Places();
    private final TokenLimit bucket =
            new TenantBuckets(RATE, Map.of(), 10, time).of("tnt_a").orElseThrow();
    private QuotaUse quotas;

    @BeforeEach
    void open() throws Exception {
        quotas = QuotaUse.open(directory.resolve("quota-use.jsonl"), 10, time);
    }

    @AfterEach
    void close() throws Exception {
        quotas.close();
    }

    @Test
    void shouldLeaveNothingTakenByARequestThatCouldNeverPass() {
        // Given
        Charge charge = new Charge(quotas);
        assertThat(charge.take(List.of(place(), rate()), kind -> 20)).isEmpty();
        assertThat(places.taken("tenant")).isEqualTo(1);

        // When
        assertThatThrownBy(() -> charge.take(List.of(quota(10)), kind -> 20)).isInstanceOf(FederationException.class);

        // Then
        assertThat(places.taken("tenant")).isZero();
        assertThat(bucket.remaining()).isEqualTo(100);
        assertThat(quotas.used(QuotaName.tenant("tnt_a", LimitKind.EVENTS))).isZero();
    }

    @Test
    void shouldLeaveItsPlaceOnceHoweverItEnds() {
        // Given
        Charge other = new Charge(quotas);
        assertThat(other.take(List.of(place()), kind -> 1)).isEmpty();
        Charge charge = new Charge(quotas);
        assertThat(charge.take(List.of(place()), kind -> 1)).isEmpty();

        // When
        charge.undo();
        charge.settle(kind -> 1);

        // Then
        assertThat(places.taken("tenant")).isEqualTo(1);
    }

    private Applied place() {
        return new AppliedPlaces("tenant", LimitKind.EVENTS, 2, places, "tenant");
    }

    private Applied rate() {
        return new AppliedRate("tenant", LimitKind.EVENTS, RATE, bucket, "tnt_a");
    }

    private Applied quota(long most) {
        QuotaCounter counter = quotas.counter(QuotaName.tenant("tnt_a", LimitKind.EVENTS));
        return new AppliedQuota("tenant", LimitKind.EVENTS, most, counter, quotas, true);
    }
}
