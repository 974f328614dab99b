package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.agentos.federation.error.FederationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;

class PeerRefusalTest {
    @Test
    void shouldTakeTokensOutOfWhatThePeerSaid() {
        assertThat(remoteError("no: Bearer opaque-token-1")).isEqualTo("no: [token]");
    }

    /** From each place where a token could begin, all the text would be looked through: that takes a minute. */
    @Test
    void shouldNotLookForTokensInTextThatNobodyIsShown() {
        assertThat(remoteError("eyJ".repeat(100_000))).asString().hasSize(PeerRefusal.MAX_REMOTE_ERROR);
    }

    private static Object remoteError(String body) {
        HttpOperationFailedException refused =
                new HttpOperationFailedException("http://b", 404, "Not Found", null, Map.of(), body);
        FederationException refusal = PeerRefusal.of(refused, Instant.EPOCH).orElseThrow();
        return refusal.details().get("remote_error");
    }
}
