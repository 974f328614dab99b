package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/** How long one connection may last: a silent one is given up. Time spent paused is ours, not the peer's silence. */
final class Lifetime {
    private final MirrorTools tools;
    private final Executor loop;
    private final Runnable outlived;
    private Timers.Timer timer = () -> {};
    private Instant lastSeen;
    private boolean paused;
    private boolean ended;

    /** @param outlived called once at most, on the loop */
    Lifetime(MirrorTools tools, Executor loop, Runnable outlived) {
        this.tools = tools;
        this.loop = loop;
        this.outlived = outlived;
    }

    void begin() {
        lastSeen = now();
        watch(tools.settings().idleTimeout());
    }

    void sawLife() {
        lastSeen = now();
    }

    void pause() {
        paused = true;
    }

    void goOn() {
        paused = false;
        lastSeen = now();
    }

    void end() {
        ended = true;
        timer.cancel();
    }

    private void watch(Duration left) {
        timer = tools.timers().after(left, () -> loop.execute(this::check));
    }

    private void check() {
        if (ended) {
            return;
        }
        Duration limit = tools.settings().idleTimeout();
        Duration silent = paused ? Duration.ZERO : Duration.between(lastSeen, now());
        if (silent.compareTo(limit) < 0) {
            watch(limit.minus(silent));
        } else {
            outlived.run();
        }
    }

    private Instant now() {
        return tools.timers().instant();
    }
}
