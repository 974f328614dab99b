package org.agentos.federation.forward.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each forwarded run lives, in memory. Holds only what is on disk; changed by journal lines alone, through
 * {@link ForwardStore}. All methods may be called from any thread and none touches the disk.
 */
public final class ForwardIndex {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardIndex.class);
    private final Map<String, TenantRuns> tenants = new ConcurrentHashMap<>();
    private final Map<RunKey, Digest128> reserved = new HashMap<>();
    private final SlotPool pool = new SlotPool();
    private final AtomicInteger size = new AtomicInteger();
    private final List<Consumer<ForwardEntry>> listeners = new CopyOnWriteArrayList<>();

    public Optional<ForwardEntry> find(RunKey run) {
        return slot(run).map(slot -> slot.entry(run.tenantId()));
    }

    /**
     * A tenant's runs, oldest first.
     *
     * @param after a run of the same tenant: the page starts behind it; absent = from the oldest
     * @param limit 1 or more
     * @throws FederationException {@code invalid_cursor} when there is no such run
     */
    public List<ForwardEntry> page(String tenantId, Optional<String> after, int limit) {
        TenantRuns runs = tenants.getOrDefault(tenantId, TenantRuns.EMPTY);
        int from = 0;
        if (after.isPresent()) {
            from = runs.find(after.get())
                            .orElseThrow(() -> new FederationException(ErrorCode.INVALID_CURSOR, "No such place."))
                            .ordinal
                    + 1;
        }
        return runs.slice(from, limit).stream()
                .map(slot -> slot.entry(tenantId))
                .toList();
    }

    /** Tells every run of every tenant; runs forwarded meanwhile may be among them. */
    public void forEach(Consumer<ForwardEntry> visitor) {
        tenants.forEach((tenantId, runs) ->
                runs.slice(0, Integer.MAX_VALUE).forEach(slot -> visitor.accept(slot.entry(tenantId))));
    }

    /** Runs of all tenants. */
    public int size() {
        return size.get();
    }

    /**
     * Calls back for each newly forwarded run once it is on disk, on the journal's thread: the callback hands over and
     * returns. Runs loaded at start are not told; page through them.
     */
    public void onForwarded(Consumer<ForwardEntry> listener) {
        listeners.add(listener);
    }

    /**
     * Claims a run id for the forward whose answer is about to be stored.
     *
     * @return why the run id cannot belong to it, a {@code details.reason}; empty when it can
     */
    public synchronized Optional<String> reserve(RunKey run, String stackId, Digest128 scope) {
        Optional<Slot> held = slot(run);
        if (held.isPresent() && !held.get().belongsTo(stackId, scope)) {
            return Optional.of(held.get().stackId().equals(stackId) ? "key_scope" : "run_id_taken");
        }
        Digest128 other = reserved.putIfAbsent(run, scope);
        return other == null || other.equals(scope) ? Optional.empty() : Optional.of("run_id_taken");
    }

    /** Takes back a claim whose forward was not stored. */
    public synchronized void release(RunKey run) {
        reserved.remove(run);
    }

    /** @param scope absent in entries of the reference implementation */
    void put(ForwardEntry entry, Optional<Digest128> scope) {
        Slot slot = pool.slot(entry, scope);
        TenantRuns runs = tenants.computeIfAbsent(entry.tenantId(), id -> new TenantRuns());
        synchronized (this) {
            reserved.remove(entry.run());
            if (!runs.put(slot)) {
                return;
            }
        }
        size.incrementAndGet();
        listeners.forEach(listener -> tell(listener, entry));
    }

    void hear(RunKey run, String state, Instant at) {
        slot(run).ifPresent(slot -> slot.hear(pool.share(state), at));
    }

    List<String> tenantIds() {
        return new ArrayList<>(tenants.keySet());
    }

    /** Part of a tenant's runs by their place in its order; empty at the end. */
    List<Slot> slice(String tenantId, int from, int limit) {
        return tenants.getOrDefault(tenantId, TenantRuns.EMPTY).slice(from, limit);
    }

    private Optional<Slot> slot(RunKey run) {
        return tenants.getOrDefault(run.tenantId(), TenantRuns.EMPTY).find(run.runId());
    }

    private static void tell(Consumer<ForwardEntry> listener, ForwardEntry entry) {
        try {
            listener.accept(entry);
        } catch (RuntimeException e) {
            LOG.error("A listener to new forwards failed run_id={}", entry.runId(), e);
        }
    }
}
