package org.agentos.federation.mirror;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few event loops, handed out in turn: each run lives on one, where all of its state is touched. Vert.x has no public
 * way to a new event loop context but deploying a verticle, which would make the start asynchronous for nothing.
 */
final class Loops {
    private final List<Executor> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    Loops(Vertx vertx, int count) {
        for (int i = 0; i < count; i++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            loops.add(task -> context.runOnContext(now -> task.run()));
        }
    }

    Executor next() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }
}
