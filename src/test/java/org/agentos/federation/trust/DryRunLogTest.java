package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.support.LoggedMessages;
import org.junit.jupiter.api.Test;

class DryRunLogTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final DryRunLog log = new DryRunLog(nanos::get);

    @Test
    void shouldNotFillTheDiskWhateverAPeerPushes() {
        try (LoggedMessages logged = LoggedMessages.of(PeerPolicy.class.getName())) {
            // When
            for (int i = 0; i < 5000; i++) {
                log.wouldDeny(TestPeers.peer("stk_b"), Denial.EVENT_TYPE, "x".repeat(100_000));
            }
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            log.wouldDeny(TestPeers.peer("stk_b"), Denial.AGENT, "agt_a");

            // Then
            assertThat(logged.messages())
                    .hasSize(DryRunLog.LINES_A_SECOND + 1)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThan(400))
                    .endsWith("policy dry run would deny peer=stk_b rule=agent value=agt_a left_out=4990");
        }
    }
}
