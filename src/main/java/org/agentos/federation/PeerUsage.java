package org.agentos.federation;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.views.PeerUse;
import org.agentos.federation.views.PeerView;

/** What forwards and mirrors make of the peers at the moment. */
record PeerUsage(Parts parts) implements PeerUse {
    @Override
    public int forwards(String tenantId, String stackId) {
        return parts.visits.of(tenantId, stackId);
    }

    @Override
    public int forwards(String stackId) {
        return parts.inFlight.at(stackId);
    }

    @Override
    public int waiting(String stackId) {
        return parts.inFlight.waitingFor(stackId);
    }

    @Override
    public Map<String, Integer> mirrors(Optional<String> tenantId) {
        return parts.mirroring.working(tenantId);
    }

    @Override
    public Optional<PeerView.LastError> lastError(String stackId) {
        return parts.failures
                .of(stackId)
                .map(failure -> new PeerView.LastError(
                        failure.outcome() + (failure.status() > 0 ? " " + failure.status() : ""),
                        failure.at().toString()));
    }
}
