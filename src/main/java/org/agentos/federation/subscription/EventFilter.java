package org.agentos.federation.subscription;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.peer.Allowance;

/**
 * Which events a subscription wants.
 *
 * @param tenantId absent = of all tenants
 * @param runId absent = of all runs
 * @param types names or prefixes with a trailing {@code *}
 */
public record EventFilter(Optional<String> tenantId, Optional<String> runId, Allowance types) {
    /** All events of all tenants. */
    public static final EventFilter ALL = new EventFilter(Optional.empty(), Optional.empty(), Allowance.ALL);

    boolean wantsRun(RunKey run) {
        return tenantId.map(run.tenantId()::equals).orElse(true)
                && runId.map(run.runId()::equals).orElse(true);
    }

    boolean wantsType(String type) {
        return types.allows(type);
    }

    /** Tells one filter from another over restarts. */
    long fingerprint() {
        String text = tenantId.orElse("") + '\n' + runId.orElse("") + '\n' + String.join(",", types.patterns());
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).asLong();
    }
}
