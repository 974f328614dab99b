package org.agentos.federation.views;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.peer.Peer;

/** What is going on at peers at the moment, as far as a view shows it. Nothing here waits. */
public interface PeerUse {
    /** Forwards of one tenant at a peer. */
    int forwards(String tenantId, String stackId);

    /** Forwards of all tenants at a peer. */
    int forwards(String stackId);

    /** Forwards of all tenants that wait for a place at a peer. */
    int waiting(String stackId);

    /** Runs mirrored from each peer that has any, of one tenant or of all. */
    Map<String, Integer> mirrors(Optional<String> tenantId);

    /** What a tenant has used today of its own quotas and of a peer's; empty where there are none. */
    Optional<PeerView.Quota> quota(String tenantId, Peer peer);

    /** What all tenants have used today of a peer's quotas. */
    Map<String, PeerView.QuotaUse> quota(Peer peer);

    /** The last failed call to a peer. */
    Optional<PeerView.LastError> lastError(String stackId);
}
