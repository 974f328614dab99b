package org.agentos.federation.http;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;

/**
 * A request's place among those worked on, given back once: with the answer, or before it where a route begins to wait for
 * something that others bound. Without that, clients who wait would keep everybody else from being answered.
 */
public final class WorkPlace {
    /** The exchange property that holds the place. */
    public static final String PROPERTY = "workPlace";

    private final AtomicBoolean taken = new AtomicBoolean(true);
    private final Runnable giveBack;

    public WorkPlace(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    /** That of an exchange; of one that no HTTP request stands behind, one that nobody misses. */
    public static WorkPlace of(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, WorkPlace.class))
                .orElseGet(() -> new WorkPlace(() -> {}));
    }

    /** Gives it back; from any thread, and of several times the first one counts. */
    public void leave() {
        if (taken.compareAndSet(true, false)) {
            giveBack.run();
        }
    }
}
