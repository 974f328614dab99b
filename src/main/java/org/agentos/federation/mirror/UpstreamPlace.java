package org.agentos.federation.mirror;

import java.util.concurrent.Executor;

/**
 * A run's place among all upstream connections, the connection in it, and where the next one goes on. Used on the run's
 * event loop.
 */
final class UpstreamPlace {
    private final MirroredRun run;
    private final MirrorTools tools;
    private final Executor loop;
    private final Upstream.Listener listener;
    private final StreamGaps gaps = new StreamGaps();

    private UpstreamSlots.Slot slot;
    private Upstream upstream;
    private boolean readingAgain;
    /** Of the peer's stream; all before it is stored, or decided in another way. */
    private String lastEventId = "";

    UpstreamPlace(MirroredRun run, MirrorTools tools, Executor loop, Upstream.Listener listener) {
        this.run = run;
        this.tools = tools;
        this.loop = loop;
        this.listener = listener;
    }

    /** Waits in the line of its peer. */
    void queue(Runnable granted) {
        int mostOpen = run.peer().limits().streams().orElse(tools.settings().maxOpenPerPeer());
        slot = tools.slots().request(run.peer().stackId(), mostOpen, granted);
    }

    /** Connects, to read on from the end of the log. */
    void open(LogHead head) {
        if (readingAgain) {
            readingAgain = false;
            gaps.askedFrom(head.sequence());
        }
        boolean replays = tools.ports().replays().test(run.peer());
        upstream = new Upstream(run, ResumePoint.of(head, lastEventId, replays), gaps, tools, loop, listener);
        upstream.open();
    }

    /** The peer has answered with a stream. */
    void connected() {
        slot.connected();
    }

    /** Closes the connection, for another one in the same place; false when the rate of connects allows none. */
    boolean closeToReadAgain() {
        if (!slot.connectAgain()) {
            return false;
        }
        upstream.close();
        upstream = null;
        lastEventId = ""; // it lies behind the gap
        readingAgain = true;
        return true;
    }

    /** The connection has ended by itself, and what came by it is stored. */
    void ended() {
        lastEventId = upstream == null ? lastEventId : upstream.lastEventId();
        upstream = null;
    }

    /** Gives everything up. */
    void leave() {
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
        if (slot != null) {
            slot.giveBack();
            slot = null;
        }
    }
}
