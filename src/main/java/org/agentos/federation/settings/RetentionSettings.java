package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Map;

/**
 * What is kept and for how long.
 *
 * @param window of tenants without one of their own
 * @param tenants windows by tenant id
 * @param silentRuns how long a run without an end must have been silent to be deleted once all its events have aged out
 * @param tombstones how long a deleted run is remembered, so that no late event brings it back
 * @param interval between two passes
 */
public record RetentionSettings(
        RetentionWindow window,
        Map<String, RetentionWindow> tenants,
        Duration silentRuns,
        Duration tombstones,
        Duration interval) {

    /** The window in force for a tenant. */
    public RetentionWindow windowOf(String tenantId) {
        return tenants.getOrDefault(tenantId, window);
    }
}
