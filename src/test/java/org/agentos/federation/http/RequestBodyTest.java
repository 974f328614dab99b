package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    @Test
    void shouldChargeTheBudgetUntilItIsReleased() {
        // Given
        BodyBudget budget = new BodyBudget(10);
        RequestBody body = new RequestBody(100, budget);

        // When
        body.append(Buffer.buffer("123456"));
        body.append(Buffer.buffer("78"));

        // Then
        assertThat(budget.left()).isEqualTo(2);
        assertThat(body.take()).asString().isEqualTo("12345678");
        body.release();
        body.release();
        assertThat(budget.left()).isEqualTo(10);
    }

    @Test
    void shouldRefuseWhenAllBodiesTogetherHoldTooMuch() {
        // Given
        BodyBudget budget = new BodyBudget(10);
        new RequestBody(100, budget).append(Buffer.buffer("12345678"));
        RequestBody late = new RequestBody(100, budget);

        // Then
        assertThatThrownBy(() -> late.append(Buffer.buffer("123")))
                .isInstanceOfSatisfying(FederationException.class, refusal -> {
                    assertThat(refusal.code().status()).isEqualTo(503);
                    assertThat(refusal.headers()).containsEntry("Retry-After", "1");
                });
        assertThat(budget.left()).isEqualTo(2);
    }

    @Test
    void shouldNotTakeMemoryOnAnAnnouncementAlone() {
        // Given
        RequestBody body = new RequestBody(8 * 1024 * 1024, new BodyBudget(Long.MAX_VALUE));

        // When
        body.expect(8 * 1024 * 1024);

        // Then
        assertThat(body.capacity()).isLessThanOrEqualTo(16 * 1024);
    }
}
