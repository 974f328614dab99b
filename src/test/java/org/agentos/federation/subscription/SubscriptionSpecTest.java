package org.agentos.federation.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.peer.Allowance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionSpecTest {
    @Test
    void shouldReadWhereToBegin() {
        assertThat(StartFrom.parse("earliest")).isEqualTo(new StartFrom.Earliest());
        assertThat(StartFrom.parse("now")).isEqualTo(new StartFrom.Now());
        assertThat(StartFrom.parse("17")).isEqualTo(new StartFrom.AfterSequence(17));
        assertThat(StartFrom.parse("2026-11-22T08:00:00+01:00"))
                .isEqualTo(new StartFrom.Since(Instant.parse("2026-11-22T07:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "-1", "2026-11-22", "2026-11-22T08:00:00"})
    void shouldSayWhatABeginningMayBe(String text) {
        assertThatThrownBy(() -> StartFrom.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from is '" + text
                        + "', which is neither earliest, now, a sequence nor a time like 2026-11-22T08:00:00Z");
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        EventFilter tenant = new EventFilter(Optional.of("tnt_a"), Optional.empty(), Allowance.ALL);
        assertThatThrownBy(() -> new SubscriptionSpec(
                        "a/b", new StartFrom.Now(), EventFilter.ALL, 1, 1, RedeliveryPolicy.DEFAULT))
                .hasMessage("the subscription name 'a/b' is not 1 to 64 of A-Z a-z 0-9 . _ -");
        assertThatThrownBy(() -> new SubscriptionSpec(
                        "crm", new StartFrom.Now(), EventFilter.ALL, 501, 1, RedeliveryPolicy.DEFAULT))
                .hasMessage("subscription crm: maxInFlight is 501, it must be from 1 to 500");
        assertThatThrownBy(() -> new SubscriptionSpec(
                        "crm", new StartFrom.Now(), EventFilter.ALL, 1, 0, RedeliveryPolicy.DEFAULT))
                .hasMessage("subscription crm: maxDeadLetters is 0, it must be from 1 to 100000");
        assertThatThrownBy(() -> new SubscriptionSpec(
                        "crm", new StartFrom.AfterSequence(1), tenant, 1, 1, RedeliveryPolicy.DEFAULT))
                .hasMessageContaining("give tenantId and runId too");
    }
}
