package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that never stood has carried no call, so the key is free again; one that stood may have. */
class NeverConnectedTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.7\r\n", ""})
    void shouldFreeTheKeyWhenThePeerSpeaksNoTls(String greeting) {
        try (RawPeer raw = new RawPeer(greeting);
                ForwardBench bench = new ForwardBench(directory, raw.peer("https"))) {
            // When
            FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

            // Then
            assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
            assertThat(refusal.details()).doesNotContainKey("state");
            assertThat(bench.store.keys().open()).isEmpty();
        }
    }

    @Test
    void shouldNotKnowWhatBecameOfACallThatWasSent() {
        try (RawPeer raw = new RawPeer("");
                ForwardBench bench = new ForwardBench(directory, raw.peer("http"))) {
            // When
            FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

            // Then
            assertThat(refusal.details()).containsEntry("state", "unknown");
            assertThat(bench.store.keys().open()).hasSize(1);
        }
    }
}
