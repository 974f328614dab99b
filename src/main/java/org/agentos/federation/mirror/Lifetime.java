package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * How long one connection may last: a silent one is given up, any is renewed when it is old enough. Time spent paused is
 * ours, not the peer's silence.
 */
final class Lifetime {
    private final MirrorTools tools;
    private final Executor loop;
    private final Consumer<End> outlived;
    private Timers.Timer timer = () -> {};
    private Instant begun;
    private Instant lastSeen;
    private boolean paused;
    private boolean ended;

    /** Why a connection has lasted long enough. */
    enum End {
        SILENT,
        OLD
    }

    /** @param outlived called once at most, on the loop */
    Lifetime(MirrorTools tools, Executor loop, Consumer<End> outlived) {
        this.tools = tools;
        this.loop = loop;
        this.outlived = outlived;
    }

    void begin() {
        begun = now();
        lastSeen = begun;
        watch(shorter(tools.settings().idleTimeout(), tools.settings().totalTimeout()));
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
        Instant now = now();
        Duration silent = paused ? Duration.ZERO : Duration.between(lastSeen, now);
        Duration untilIdle = tools.settings().idleTimeout().minus(silent);
        Duration untilOld = tools.settings().totalTimeout().minus(Duration.between(begun, now));
        if (isOver(untilIdle)) {
            outlived.accept(End.SILENT);
        } else if (isOver(untilOld)) {
            outlived.accept(End.OLD);
        } else {
            watch(shorter(untilIdle, untilOld));
        }
    }

    private static boolean isOver(Duration left) {
        return left.isNegative() || left.isZero();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Instant now() {
        return tools.timers().instant();
    }
}
