package org.agentos.federation.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** Counts open streams, so that no tenant takes them all and all together do not take the memory. Thread-safe. */
final class StreamSlots {
    /** Streams end when runs do or clients leave: nobody knows when, so a guess. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int inAll;
    private final int perTenant;
    private final Map<String, Integer> byTenant = new HashMap<>();
    private int taken;

    StreamSlots(int inAll, int perTenant) {
        this.inAll = inAll;
        this.perTenant = perTenant;
    }

    /** A taken slot, released once however often it is closed. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws FederationException {@code quota_exceeded} when the tenant has all of its own, or all are taken */
    synchronized Slot take(String tenantId) {
        int ofTenant = byTenant.getOrDefault(tenantId, 0);
        if (taken >= inAll || ofTenant >= perTenant) {
            throw new FederationException(ErrorCode.QUOTA_EXCEEDED, "too many event streams are open")
                    .detail("kind", "streams")
                    .detail("limit", ofTenant >= perTenant ? perTenant : inAll)
                    .retryAfter(RETRY_AFTER);
        }
        taken++;
        byTenant.put(tenantId, ofTenant + 1);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                release(tenantId);
            }
        };
    }

    synchronized int taken() {
        return taken;
    }

    private synchronized void release(String tenantId) {
        taken--;
        byTenant.merge(tenantId, -1, (count, less) -> count + less == 0 ? null : count + less);
    }
}
