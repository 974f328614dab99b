package org.agentos.federation.mirror;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;

/** Real time, kept by the event loops. */
public final class VertxTimers implements Timers {
    private final Vertx vertx;

    public VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        long id = vertx.setTimer(Math.max(1, delay.toMillis()), fired -> task.run());
        return () -> vertx.cancelTimer(id);
    }
}
