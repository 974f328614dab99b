package org.agentos.federation.subscription;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.agentos.federation.eventlog.store.SubscriptionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves how far a subscription is, in the background, one save at a time. */
final class Saving {
    private static final Logger LOG = LoggerFactory.getLogger(Saving.class);

    private final String name;
    private final SubscriptionStore store;
    private final Desk desk;
    private final Executor workers;
    private final Runnable afterSave;

    Saving(String name, SubscriptionStore store, Desk desk, Executor workers, Runnable afterSave) {
        this.name = name;
        this.store = store;
        this.desk = desk;
        this.workers = workers;
        this.afterSave = afterSave;
    }

    /** @param anyNews whether little news is worth a save */
    void save(boolean anyNews) {
        desk.beginSave(anyNews).ifPresent(state -> store.save(name, state)
                .whenCompleteAsync((saved, failure) -> saved(state, failure), workers));
    }

    private void saved(SubscriptionState state, Throwable failure) {
        desk.endSave(state, failure == null);
        if (failure == null) {
            save(false);
            afterSave.run();
        } else {
            LOG.warn("subscription's place not saved, tries again name={} cause={}", name, failure.toString());
        }
    }

    /** Saves what is known at the end, and waits for that. */
    void last(SubscriptionState state, Duration limit) throws InterruptedException {
        try {
            store.save(name, state).toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unsaved) {
            LOG.warn("subscription's last place not saved name={} cause={}", name, unsaved.toString());
        }
    }
}
