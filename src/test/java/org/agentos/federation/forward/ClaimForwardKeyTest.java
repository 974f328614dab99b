package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimForwardKeyTest {
    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private ForwardBench bench;
    private ClaimForwardKey step;

    @BeforeEach
    void start() {
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        step = new ClaimForwardKey(bench.store, InstantSource.system(), Runnable::run);
    }

    @AfterEach
    void stop() {
        bench.close();
        peer.close();
    }

    @Test
    void shouldLetNoMoreWaitForAKeyThanABound() {
        // Given
        Forward first = forward();
        step.take(null, first);
        List<CompletionStage<?>> joined = new ArrayList<>();
        for (int i = 0; i < ClaimForwardKey.MAX_JOINED; i++) {
            joined.add(step.take(null, forward()));
        }

        // When
        FederationException refusal = catchThrowableOfType(FederationException.class, () -> step.take(null, forward()));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.details()).containsEntry("reason", "too_many_joined");
        assertThat(joined).noneMatch(stage -> stage.toCompletableFuture().isDone());
        first.crash(new FederationException(ErrorCode.UNAVAILABLE, "The flight is over."));
        assertThat(joined).allMatch(stage -> stage.toCompletableFuture().isDone());
    }

    private static Forward forward() {
        ForwardRequest request = ForwardRequest.parse(ForwardBench.BODY.getBytes(StandardCharsets.UTF_8));
        return new Forward(request, ForwardBench.caller("tnt_a", "prn_a"), "key_1", false, Instant.EPOCH);
    }
}
